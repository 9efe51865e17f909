"""One search over files of every sort, by both engines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unstuck.data import Entry
from unstuck.finder import search as module
from unstuck.finder.rules import Rule, choose
from unstuck.finder.search import Result, search
from unstuck.problem import Problem

TEXT = "# coding: utf-8\nimport requests\nbörse = x.wait_for_ever(1)\nrequests.get(börse)\n"
SEEN = [(3, 9, "wait-without-end"), (4, 1, "request-without-timeout")]


@pytest.fixture
def rules(entry: Callable[..., Entry]) -> list[Rule]:
    return choose([entry(), entry("request-without-timeout", ruff=("S113",), rule=None)])


def hits(result: Result) -> dict[str, list[tuple[int, int, str]]]:
    return {
        Path(searched.source.name).name: [(hit.line, hit.column, hit.slug) for hit in searched.hits]
        for searched in result.searched
    }


def code(*lines: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": list(lines)}


def run(rules: list[Rule], *paths: Path) -> Result:
    return search([str(path) for path in paths], rules, [rule.slug for rule in rules])


@pytest.mark.parametrize("name", ["a.py", "script", "a b'\"#@.py", "@a.py", "-a.py", "tab\tnew\nline.py", "größe.py"])
def test_a_file_may_have_any_name(tmp_path: Path, rules: list[Rule], name: str) -> None:
    """Both engines read it."""
    (tmp_path / name).write_text(TEXT)

    assert hits(run(rules, tmp_path / name)) == {name: SEEN}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_file_may_have_any_encoding(tmp_path: Path, rules: list[Rule], encoding: str) -> None:
    """Columns count characters, for both engines."""
    (tmp_path / "a.py").write_bytes(TEXT.replace("utf-8", encoding.removesuffix("-sig")).encode(encoding))

    assert hits(run(rules, tmp_path)) == {"a.py": SEEN}


def test_settings_and_comments_for_ruff_do_not_matter(
    tmp_path: Path, rules: list[Rule], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a reader told ruff was not about this; no cache is left behind."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ruff.toml").write_text('exclude = ["*"]\n')
    (tmp_path / "a.py").write_text(TEXT.replace("get(börse)", "get(börse)  # noqa: S113"))

    assert hits(run(rules, tmp_path)) == {"a.py": SEEN}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_notebook_is_searched_cell_by_cell(tmp_path: Path, rules: list[Rule]) -> None:
    """Both engines say the same cell and the same line in it."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# x.wait_for_ever()"]},
        code("%pip install requests\n", "import requests"),
        code("await y\n", "x.wait_for_ever()\n", "requests.get(x)\n", "x?"),
    ]
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    result = run(rules, tmp_path)

    [searched] = result.searched
    assert [(hit.slug, *searched.source.place(hit.line)) for hit in searched.hits] == [
        ("wait-without-end", 3, 2),
        ("request-without-timeout", 3, 3),
    ]
    assert result.problems == []


def test_one_line_is_one_finding(tmp_path: Path, entry: Callable[..., Entry]) -> None:
    """Two engines, or two calls, that see the same cause on the same line say it once, for the first of them."""
    (tmp_path / "a.py").write_text("import requests\nrequests.get(x.wait_for_ever(x.wait_for_ever()))\n")

    assert hits(run(choose([entry(ruff=("S113",))]), tmp_path)) == {"a.py": [(2, 1, "wait-without-end")]}


def test_two_causes_may_share_a_code_of_ruff(tmp_path: Path, entry: Callable[..., Entry]) -> None:
    """The line is reported for both."""
    (tmp_path / "a.py").write_text("import requests\nrequests.get(1)\n")
    both = choose([entry(slug, ruff=("S113",), rule=None) for slug in ("a", "b")])

    assert hits(run(both, tmp_path)) == {"a.py": [(2, 1, "a"), (2, 1, "b")]}


def test_a_syntax_error_is_a_message(tmp_path: Path, rules: list[Rule]) -> None:
    """The file is named, with the line; what parses is searched, and so are the other files."""
    (tmp_path / "a.py").write_text("x.wait_for_ever()\nprint 'x'\ny = = 1\n")
    (tmp_path / "b.py").write_text(TEXT)
    result = run(rules, tmp_path)

    assert hits(result) == {"a.py": [(1, 1, "wait-without-end")], "b.py": SEEN}
    assert [(problem.path.name, problem.line) for problem in result.problems] == [("a.py", 2)]
    assert result.problems[0].what.startswith("not valid Python: ")


def test_the_newest_grammar_is_no_error(tmp_path: Path, rules: list[Rule]) -> None:
    """Whatever Python this runs on."""
    new = "type A[T = int] = list[T]\ntry:\n    pass\nexcept A, B:\n    pass\nf'{x!r:{f'{y}'}}'\nt'{x}'\nawait x\n"
    (tmp_path / "a.py").write_text(new)

    assert run(rules, tmp_path).problems == []


def test_a_file_that_ends_ruff_spoils_no_other(tmp_path: Path, rules: list[Rule]) -> None:
    """Very deep nesting overflows ruff's stack; that file is named, and searched by ast-grep."""
    for n in range(7):
        deep = "x = " + "-" * 200_000 + "1\n" if n == 3 else ""
        (tmp_path / f"{n}.py").write_text(TEXT + deep)
    result = run(rules, tmp_path)

    assert hits(result) == {f"{n}.py": SEEN if n != 3 else SEEN[:1] for n in range(7)}
    assert [(problem.path.name, problem.what) for problem in result.problems] == [
        ("3.py", "ruff ends when it reads it")
    ]


@pytest.mark.parametrize("many", [1, 10_000])
def test_processes_do_not_change_what_is_found(
    tmp_path: Path, rules: list[Rule], monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    """In one process or in several: the same files in the same order."""
    monkeypatch.setattr(module, "MANY", many)
    for n in range(120):
        (tmp_path / f"{n:03}.py").write_text(TEXT if n % 7 == 0 else "x = 1\n")
    (tmp_path / "050.py").write_bytes(b"\x00")
    result = run(rules, tmp_path)

    assert hits(result) == {f"{n:03}.py": SEEN for n in range(0, 120, 7)}
    assert result.files == 119
    assert [problem.path.name for problem in result.problems] == ["050.py"]


def test_a_ruff_that_does_not_know_a_rule_is_named(tmp_path: Path, entry: Callable[..., Entry]) -> None:
    """An older one beside this package must not look like a clean service."""
    (tmp_path / "a.py").write_text(TEXT)

    with pytest.raises(Problem, match="S99999"):
        run(choose([entry(ruff=("S99999",), rule=None)]), tmp_path)
