"""The one way in which the tool says that an input is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
        return f"{self.place}: {self.what}\n  {self.remedy}"

    @property
    def place(self) -> str:
        """The file, from the current folder where it is below that, and the line."""
        here = Path.cwd()
        path = self.path.relative_to(here) if self.path.is_relative_to(here) else self.path
        return f"{path}:{self.line}" if self.line else str(path)


def caught(step: Callable[[], Iterable[Problem]]) -> Iterator[Problem]:
    """Yield the problems of a step, and the one that keeps it from going on, such as a file that cannot be read."""
    try:
        yield from step()
    except Problem as problem:
        yield problem
