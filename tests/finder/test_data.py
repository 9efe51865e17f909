"""The catalogue that the wheel carries."""

from __future__ import annotations

from pathlib import Path

import pytest

from unstuck import data
from unstuck.catalogue import causes
from unstuck.problem import Problem


def test_it_holds_what_a_cause_s_folder_and_page_say(clone: Path) -> None:
    """A reader of the file needs no clone."""
    built = data.build(clone)
    [cause] = built["causes"]

    assert (built["schema"], built["site"]) == (data.SCHEMA, "")
    assert (cause["slug"], cause["title"]) == ("wait-without-end", "It waits without end")
    assert (cause["summary"], cause["fix"]) == ("It waits without end.", "Give it a deadline.")
    assert (cause["versions"], cause["proved_with"]) == ({"waiting": ">=1.0"}, {"waiting": "1.2"})
    assert cause["find"]["ruff"] == ["S113"]
    assert cause["find"]["rule"] == {
        "rule": {"kind": "call", "has": {"field": "function", "regex": r"\.wait_for_ever$"}}
    }


def test_it_is_the_same_each_time(clone: Path) -> None:
    """Whatever the order of the folder."""
    first = clone / "snippets" / "causes" / "a-first"
    first.mkdir()
    for path in causes(clone)[1].folder.iterdir():
        (first / path.name).write_text(path.read_text().replace("wait-without-end", "a-first"))
    page = clone / "docs" / "causes" / "wait-without-end.md"
    page.with_name("a-first.md").write_text(page.read_text())
    built = data.build(clone)

    assert [cause["slug"] for cause in built["causes"]] == ["a-first", "wait-without-end"]
    assert data.dumps(built) == data.dumps(data.build(clone))


@pytest.mark.parametrize("site", ["https://unstuck.example/kb", "https://unstuck.example/kb/"])
def test_addresses_are_absolute_where_the_site_is_known(
    clone: Path, monkeypatch: pytest.MonkeyPatch, site: str
) -> None:
    """And below the site's root where it is not; no host is made up."""
    assert data.build(clone)["causes"][0]["url"] == "causes/wait-without-end/"
    monkeypatch.setenv("SITE_URL", site)

    assert data.build(clone)["causes"][0]["url"] == "https://unstuck.example/kb/causes/wait-without-end/"


RULE = "id: wait-without-end\nlanguage: python\n"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("rule: {kind: call, regex: a(b}c)}\n", 1, "not YAML: "),
        ("- a list\n", 1, "no `language: python` and `rule:` at the top"),
        (RULE, 1, "no `language: python` and `rule:` at the top"),
        ("id: other\nlanguage: python\nrule: {kind: call}\n", 1, "`id: other` is not the folder's name"),
        (f"{RULE}rule: {{kind: call}}\nmessage: it waits\n", 1, "unknown key `message`"),
        (f"{RULE}rule: {{kind: no_such_kind}}\n", 1, "ast-grep refuses it: Kind `no_such_kind` is invalid"),
        (f"{RULE}rule: {{kind: call, field: function}}\n", 1, "ast-grep refuses it: unknown field `field`"),
        (f"{RULE}rule: {{regex: '('}}\n", 1, "ast-grep refuses it: unclosed group"),
    ],
)
def test_a_wrong_rule_is_said(clone: Path, text: str, line: int, what: str) -> None:
    """When the catalogue is built, with the file; never when a reader searches."""
    path = causes(clone)[0].folder / "rule.yml"
    path.write_text(text)
    with pytest.raises(Problem) as problem:
        data.build(clone)

    assert (problem.value.path, problem.value.line) == (path, line)
    assert problem.value.what.startswith(what)


def test_a_rule_that_is_named_is_there(clone: Path) -> None:
    """Or it is said which file is missing."""
    (causes(clone)[0].folder / "rule.yml").unlink()
    with pytest.raises(Problem, match=r"rule\.yml: the file is missing"):
        data.build(clone)
