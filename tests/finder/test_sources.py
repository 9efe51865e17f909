"""The text that is searched is the text that Python reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from unstuck.finder.notebooks import python_text
from unstuck.finder.sources import Source, read
from unstuck.problem import Problem


def source(path: Path) -> Source:
    problems: list[Problem] = []
    found = read(str(path), problems.append)
    assert problems == []
    assert found is not None
    return found


def problem(path: Path) -> Problem:
    problems: list[Problem] = []
    assert read(str(path), problems.append) is None
    [only] = problems
    return only


@pytest.mark.parametrize(
    "data",
    [
        "größe = 1\n".encode(),
        b"\xef\xbb\xbf" + "größe = 1\n".encode(),
        "größe = 1\r\n".encode(),
        "# coding: latin-1\rgröße = 1\n".encode("latin-1"),
        "#!/usr/bin/python\n# -*- coding: cp1252 -*-\ngröße = 1\n".encode("cp1252"),
    ],
)
def test_a_file_is_decoded_as_python_does(tmp_path: Path, data: bytes) -> None:
    """UTF-8, with a mark or without, any line ends, and what PEP 263 names."""
    path = tmp_path / "a.py"
    path.write_bytes(data)

    assert source(path).lines[-2:] == ["größe = 1", ""]


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (b"x = 1\ny = '\xff'\n", 2, "not UTF-8"),
        (b"# coding: ascii\nx = '\xc3\xa4'\n", 2, "not ASCII"),
        (b"# coding: klingon\n", None, "unknown encoding"),
        (b"# coding: hex\n", None, "'hex' is not a text encoding; use codecs.decode() to handle arbitrary codecs"),
        (b"\x7fELF\x00\x01", None, "binary, not Python"),
        ("x = 1\n".encode("utf-16"), None, "binary, not Python"),
    ],
)
def test_what_is_no_text_is_said(tmp_path: Path, data: bytes, line: int | None, what: str) -> None:
    """File, line and reason, never a traceback."""
    path = tmp_path / "a.py"
    path.write_bytes(data)
    said = problem(path)

    assert (said.path, said.line) == (path, line)
    assert said.what.startswith(what)


def notebook(tmp_path: Path, *cells: dict[str, Any], **metadata: Any) -> Path:
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps({"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))
    return path


def code(*lines: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": list(lines)}


PROSE = {"cell_type": "markdown", "metadata": {}, "source": "# Report"}


def test_a_line_of_a_notebook_has_its_cell(tmp_path: Path) -> None:
    """Cells count from 1, prose included, as ruff counts them; lines count within the cell."""
    read_ = source(notebook(tmp_path, code("a = 1\n", "b = 2"), PROSE, code(), code("c = 3")))

    assert read_.text == "a = 1\nb = 2\n\nc = 3"
    assert [read_.place(line) for line in (1, 2, 3, 4)] == [(1, 1), (1, 2), (3, 1), (4, 1)]
    assert [read_.line_of(*read_.place(line)) for line in (1, 2, 3, 4)] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("%pip install x\nimport x", "pass\nimport x"),
        ("if a:\n    !ls -l\nelse:\n    b()", "if a:\n    pass\nelse:\n    b()"),
        ("files = !ls\nrows = %sql SELECT 1", "files = None\nrows = None"),
        ("chain?\nchain.invoke??\n?chain", "pass\npass\npass"),
        ("!pip install \\\n  a \\\n  b\nx = 1", "pass\n\n\nx = 1"),
        ("%%bash\nls\nrm x", "\n\n"),
        ("%%time\nx = 1", "pass\nx = 1"),
        ("# is it so?\nx = 7 % 3\ny = not (a != b)", "# is it so?\nx = 7 % 3\ny = not (a != b)"),
    ],
)
def test_magics_are_not_python(cell: str, text: str) -> None:
    """They are passed over, and every other line keeps its number."""
    assert python_text(cell) == text


def test_what_the_reader_sees_keeps_its_magics(tmp_path: Path) -> None:
    """An excerpt shows the notebook, not what was searched."""
    assert source(notebook(tmp_path, code("%pip install x\n", "x = 1"))).lines == ["%pip install x", "x = 1"]


def test_half_a_character_is_replaced(tmp_path: Path) -> None:
    """A notebook may hold a lone surrogate, which no parser takes."""
    assert source(notebook(tmp_path, code("x = '\ud83d'"))).text == "x = '?'"


def test_a_notebook_in_another_language_is_empty(tmp_path: Path) -> None:
    """It is no mistake, and nothing to search."""
    assert source(notebook(tmp_path, code("x <- 1"), kernelspec={"language": "R"})).text == ""


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "no notebook: Expecting property name"),
        ("[]", "no notebook: it has no cells"),
        ('{"worksheets": []}', "no notebook: it has no cells"),
    ],
)
def test_what_is_no_notebook_is_said(tmp_path: Path, text: str, what: str) -> None:
    """An unfinished save or an old format."""
    path = tmp_path / "n.ipynb"
    path.write_text(text)

    assert problem(path).what.startswith(what)
