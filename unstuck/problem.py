"""The one way in which the tool says that an input is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(eq=False)
class Problem(Exception):
    """Tell what is wrong, in which file and line, and what to do about it."""

    path: Path
    line: int | None
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.what}\n  {self.remedy}"
