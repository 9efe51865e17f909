"""Ruff's part of a search, without the reader's own ruff settings and `noqa` comments."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

from ruff.__main__ import find_ruff_bin  # type: ignore[import-untyped]

# What ruff says of a file that it cannot read or parse; asked for always, so that no file is passed over in silence.
UNREADABLE = "E902"
SYNTAX = "invalid-syntax"

_NEWEST_PYTHON = "py314"


@dataclass(frozen=True)
class Report:
    """One thing that ruff reports: where, from line and column 1, and in a notebook in which cell."""

    name: str
    code: str
    cell: int | None
    line: int
    column: int
    end_line: int
    end_column: int
    message: str


class Ruff:
    """A ruff process that reads files on its own while the caller does something else."""

    def __init__(self, names: Sequence[str], codes: Collection[str]) -> None:
        self._codes = codes
        self._names = {os.path.abspath(name): name for name in names}
        self._files = tempfile.NamedTemporaryFile("w", encoding="utf-8", errors="surrogateescape", suffix=".txt")
        self._files.write("\n".join(self._names))
        self._files.flush()
        self._process = self._start(f"@{self._files.name}") if names else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._files.close()
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.communicate()

    def reports(self) -> Iterator[Report]:
        """Wait for the process and yield what it reports."""
        if self._process is not None:
            for item in self._result(self._process, None):
                yield _report(self._names.get(item["filename"], item["filename"]), item)

    def reports_on(self, name: str, text: str) -> Iterator[Report]:
        """Yield what ruff reports on a text that it cannot read from the file itself."""
        for item in self._result(self._start("--stdin-filename", "source.py", "-"), text):
            yield _report(name, item)

    def _start(self, *files: str) -> subprocess.Popen[bytes]:
        options = ["--isolated", "--no-cache", "--ignore-noqa", "--preview", "--exit-zero", "--quiet"]
        select = ["--select", ",".join([UNREADABLE, *sorted(self._codes)]), "--target-version", _NEWEST_PYTHON]
        return subprocess.Popen(
            [find_ruff_bin(), "check", *options, *select, "--output-format", "json", *files],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def _result(self, process: subprocess.Popen[bytes], text: str | None) -> list[dict[str, Any]]:
        output, errors = process.communicate(None if text is None else text.encode())
        if process.returncode:
            raise RuntimeError(f"ruff ended with {process.returncode}: {errors.decode(errors='replace')}")
        items: list[dict[str, Any]] = json.loads(output)
        return items


def _report(name: str, item: dict[str, Any]) -> Report:
    start, end = item["location"], item["end_location"]
    return Report(
        name,
        item["code"] or SYNTAX,
        item["cell"],
        start["row"],
        start["column"],
        end["row"],
        end["column"],
        item["message"],
    )
