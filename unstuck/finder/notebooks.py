"""The Python in a notebook."""

from __future__ import annotations

import json
import re

# Cell magics below which the cell is still Python.
_PYTHON_CELLS = ("%%capture", "%%prun", "%%python", "%%time", "%%timeit")

_MAGIC = re.compile(r"(\s*)(?:[%!?].*|[\w.]+\?{1,2}\s*)$")
_ASSIGNED_MAGIC = re.compile(r"(\s*[\w.,\s]+=\s*)[%!].*$")


def cells_of(text: str) -> list[tuple[int, str]]:
    """Return the number, from 1 over all cells, and the text of each Python cell; `ValueError` says what is wrong."""
    notebook = json.loads(text)
    cells = _get(notebook, "cells")
    if not isinstance(cells, list):
        raise ValueError("it has no cells, as of format 4")  # noqa: TRY004 - json raises the same
    if not _is_python(_get(notebook, "metadata")):
        return []  # an R or Julia notebook is no mistake, and nothing to search
    return [
        (number, _text(_get(cell, "source")))
        for number, cell in enumerate(cells, 1)
        if _get(cell, "cell_type") == "code"
    ]


def python_text(cell: str) -> str:
    """Return a cell with `pass` in the place of each magic line, so that every line keeps its number."""
    first = cell.lstrip().partition("\n")[0].split(" ")[0]
    if first.startswith("%%") and first not in _PYTHON_CELLS:
        return "\n" * cell.count("\n")
    lines: list[str] = []
    continued = False
    for line in cell.split("\n"):
        magic = _MAGIC.match(line)
        assigned = _ASSIGNED_MAGIC.match(line)
        lines.append("" if continued else f"{magic[1]}pass" if magic else f"{assigned[1]}None" if assigned else line)
        continued = line.endswith("\\") and (continued or magic is not None or assigned is not None)
    return "\n".join(lines)


def _is_python(metadata: object) -> bool:
    language = _get(_get(metadata, "language_info"), "name") or _get(_get(metadata, "kernelspec"), "language")
    return str(language or "python").lower().startswith(("python", "ipython"))


def _get(table: object, key: str) -> object:
    return table.get(key) if isinstance(table, dict) else None


def _text(source: object) -> str:
    text = "".join(map(str, source)) if isinstance(source, list) else str(source or "")
    # A notebook may hold half of a surrogate pair, which no encoder takes.
    return text.replace("\r\n", "\n").replace("\r", "\n").encode(errors="replace").decode()
