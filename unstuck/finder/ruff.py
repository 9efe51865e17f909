"""Ruff's part of a search, without the reader's own ruff settings and `noqa` comments."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ruff.__main__ import find_ruff_bin  # type: ignore[import-untyped]

from unstuck.problem import Problem

# What ruff says of a file that it cannot read or parse; asked for always, so that no file is passed over in silence.
UNREADABLE = "E902"
SYNTAX = "invalid-syntax"
# Code of our own for a file on which ruff itself ends, as its stack overflows on very deep nesting.
CRASHED = "crashed"

_OPTIONS = (
    *("--isolated", "--no-cache", "--ignore-noqa", "--preview", "--exit-zero"),
    # Left to itself, an older ruff takes 3.13 for the newest grammar.
    *("--target-version", "py314", "--output-format", "json"),
)


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
    """Ruff, reading files on its own while the caller does something else."""

    def __init__(self, names: Sequence[str], codes: Collection[str]) -> None:
        self._names = {os.path.abspath(name): name for name in names}
        self._codes = codes
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextmanager
    def started(cls, names: Sequence[str], codes: Collection[str]) -> Iterator[Self]:
        """Start to look for codes in files; end with the block, whatever happens."""
        ruff = cls(names, codes)
        with tempfile.TemporaryDirectory() as folder:
            listed = Path(folder, "files")
            listed.write_text("\n".join(ruff._names), encoding="utf-8")
            process = ruff._start(f"@{listed}") if names else None
            ruff._process = process
            try:
                yield ruff
            finally:
                if process is not None and process.poll() is None:
                    process.kill()
                    process.communicate()

    def reports(self) -> Iterator[Report]:
        """Wait for the files and yield what is reported on them; a file that ends ruff spoils no other."""
        if self._process is None:
            return
        items = _result(self._process, None)
        if items is None:
            yield from self._reports_by_half()
        for item in items or ():
            yield _report(self._names[item["filename"]], item)

    def _reports_by_half(self) -> Iterator[Report]:
        names = list(self._names.values())
        if len(names) == 1:
            yield _crash(names[0])
            return
        middle = len(names) // 2
        for half in (names[:middle], names[middle:]):
            with Ruff.started(half, self._codes) as ruff:
                yield from ruff.reports()

    def reports_on(self, name: str, text: str) -> Iterator[Report]:
        """Yield what is reported on a text that ruff cannot read from the file itself."""
        items = _result(self._start("--stdin-filename", "source.py", "-"), text)
        yield from [_crash(name)] if items is None else [_report(name, item) for item in items]

    def _start(self, *files: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [find_ruff_bin(), "check", *_OPTIONS, "--select", ",".join([UNREADABLE, *sorted(self._codes)]), *files],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )


def _result(process: subprocess.Popen[bytes], text: str | None) -> list[dict[str, Any]] | None:
    """Return what ruff prints, or nothing where it was ended by a signal."""
    output, errors = process.communicate(None if text is None else text.encode())
    said = " ".join(errors.decode(errors="replace").partition("\n\n")[0].split())
    # With `--preview`, newer versions only warn of a rule that they do not know.
    if process.returncode > 0 or "Unknown rule selector" in said:
        raise Problem(Path(find_ruff_bin()), None, said, "Install a version of ruff that this package supports.")
    items: list[dict[str, Any]] | None = None if process.returncode else json.loads(output)
    return items


def _crash(name: str) -> Report:
    return Report(name, CRASHED, None, 1, 1, 1, 1, "ruff ends when it reads it")


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
