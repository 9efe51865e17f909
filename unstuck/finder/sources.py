"""The text of a Python file or a notebook, with the way back to its lines."""

from __future__ import annotations

import os
import stat
import sys
import tokenize
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

from unstuck.finder.files import Complain, unreadable
from unstuck.finder.notebooks import cells_of, python_text
from unstuck.problem import Problem

STDIN = "-"


@dataclass(frozen=True)
class Source:
    """A program to search.

    `name` is the path as the reader wrote it; `text` is Python, `shown` what the reader sees, line for line the same.
    In a notebook, `cells` has the number of each Python cell and the line of `text` where it begins, both from 1.
    """

    name: str
    text: str
    shown: str
    cells: tuple[tuple[int, int], ...] = ()

    @cached_property
    def lines(self) -> list[str]:
        return self.shown.split("\n")

    def place(self, line: int) -> tuple[int | None, int]:
        """Return the cell and the line in it, or no cell and the line, of a line of the text."""
        if not self.cells:
            return None, line
        number, start = self.cells[bisect_right(self.cells, line, key=lambda cell: cell[1]) - 1]
        return number, line - start + 1

    def line_of(self, cell: int | None, line: int) -> int:
        """Return the line of the text at a cell and the line in it."""
        return line if cell is None else dict(self.cells)[cell] + line - 1


def read(name: str, complain: Complain) -> Source | None:
    """Read a file, or standard input for `-`; complain of what is no Python text."""
    try:
        data = sys.stdin.buffer.read() if name == STDIN else _bytes(name)
    except OSError as error:
        complain(unreadable(name, error))
        return None
    if b"\0" in data:
        complain(Problem(Path(name), None, "binary, not Python", "It was not searched; leave it out."))
        return None
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = data.decode(_encoding(data))
    except (SyntaxError, LookupError, UnicodeDecodeError) as error:
        complain(_undecodable(name, data, error))
        return None
    return _notebook(name, text, complain) if name.endswith(".ipynb") else Source(name, text, text)


def _bytes(name: str) -> bytes:
    if stat.S_ISFIFO(os.stat(name).st_mode) and not name.startswith("/dev/fd/"):
        raise OSError(0, "a pipe, not a file")
    return Path(name).read_bytes()


def _encoding(data: bytes) -> str:
    try:
        return tokenize.detect_encoding(BytesIO(data).readline)[0]
    except SyntaxError:
        data.decode()  # Where this is what is wrong, it knows the line.
        raise


def _undecodable(name: str, data: bytes, error: Exception) -> Problem:
    line, what = None, str(error).partition(" for ")[0]
    if isinstance(error, UnicodeDecodeError):
        line, what = data[: error.start].count(b"\n") + 1, f"not {error.encoding.upper()}"
    remedy = "It was not searched; save it as UTF-8, or name its encoding in the first line (PEP 263)."
    return Problem(Path(name), line, what, remedy)


def _notebook(name: str, text: str, complain: Complain) -> Source | None:
    try:
        cells = cells_of(text)
    except ValueError as error:
        complain(Problem(Path(name), None, f"no notebook: {error}", "It was not searched; save it again in Jupyter."))
        return None
    starts: list[tuple[int, int]] = []
    line = 1
    for number, cell in cells:
        starts.append((number, line))
        line += cell.count("\n") + 1
    shown = "\n".join(cell for _, cell in cells)
    return Source(name, "\n".join(python_text(cell) for _, cell in cells), shown, tuple(starts))
