"""A cause that no page has, and a clone that holds nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest
import typer
from typer.testing import CliRunner, Result

from unstuck import data
from unstuck.data import Data, Entry

RULE: dict[str, Any] = {
    "rule": {"kind": "call", "has": {"field": "function", "regex": r"\.wait_for_ever$"}},
}

CAUSE_TOML = """
family = "Waiting"
kind = "waits"
summary = "It waits without end."
fix = "Give it a deadline."
answer = 1
said = ["one way", "two ways", "three ways", "four ways"]
find = { ruff = ["S113"], rule = "rule.yml" }
versions = { waiting = ">=1.0" }
reports = [{ url = "https://reports.example/1", title = "It hangs" }]
neighbours = { other = "It ends by itself." }
"""

RULE_YML = r"""
id: wait-without-end
language: python
rule:
  kind: call
  has: { field: function, regex: '\.wait_for_ever$' }
"""

CASES = "".join([f"a.wait_for_ever({n})  # alarm\n" for n in range(5)] + [f"a.wait({n})  # fine\n" for n in range(5)])


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with one cause, `wait-without-end`, whose every part is right."""
    folder = tmp_path / "snippets" / "causes" / "wait-without-end"
    folder.mkdir(parents=True)
    (tmp_path / "requirements.lock").write_text("waiting==1.2\n")
    (folder / "cause.toml").write_text(CAUSE_TOML)
    (folder / "rule.yml").write_text(RULE_YML)
    (folder / "broken.py").write_text("a.wait_for_ever()  # stuck\n")
    (folder / "fixed.py").write_text("a.wait_for_ever_no_more()\n")
    (folder / "cases.py").write_text(CASES)
    page = tmp_path / "docs" / "causes" / "wait-without-end.md"
    page.parent.mkdir(parents=True)
    page.write_text("# It waits without end\n\nIt waits.\nGive it a deadline.\n")
    return tmp_path


class MakeEntry(Protocol):
    """Make a cause as the data has it."""

    def __call__(self, slug: str = ..., *, ruff: tuple[str, ...] = ..., rule: dict[str, Any] | None = ...) -> Entry: ...


def _entry(slug: str = "wait-without-end", *, ruff: tuple[str, ...] = (), rule: dict[str, Any] | None = RULE) -> Entry:
    return {
        "slug": slug,
        "title": "It waits without end",
        "page": f"causes/{slug}/",
        "url": f"causes/{slug}/",
        "family": "Waiting",
        "kind": "waits",
        "summary": "It waits without end.",
        "fix": "Give it a deadline.",
        "errors": [],
        "said": [],
        "neighbours": {},
        "versions": {},
        "proved_with": {},
        "reports": [],
        "find": {"ruff": list(ruff), "rule": rule, "nothing_because": None},
        "signatures": [],
        "text": "",
    }


@pytest.fixture
def entry() -> MakeEntry:
    return _entry


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Data:
    """Two causes that the command knows: one seen by ast-grep, one by ruff."""
    both = [_entry(), _entry("request-without-timeout", ruff=("S113",), rule=None)]
    unseen = _entry("not-in-source", rule=None)
    unseen["find"]["nothing_because"] = "It lies on the network."
    carried: Data = {"schema": data.SCHEMA, "site": "", "causes": [*both, unseen], "sections": []}
    monkeypatch.setattr(data, "load", lambda: carried)
    return carried


@pytest.fixture
def find(known: Data, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """Run `unstuck find` in an empty folder."""
    from unstuck.finder.command import find as command

    app = typer.Typer()
    app.command()(command)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, stdin="": CliRunner().invoke(app, arguments, input=stdin)
