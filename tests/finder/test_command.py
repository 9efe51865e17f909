"""`unstuck find`, as a reader, a hook and a workflow use it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from unstuck.problem import Problem

Find = Callable[..., Result]

SERVICE = "import requests\n\ntotal = x.wait_for_ever()\nrequests.get(total)\n"
CLEAN = "x.wait(1)\n"
NOTEBOOK = '{"cells": [{"cell_type": "code", "source": "x.wait_for_ever()"}], "metadata": {}, "nbformat": 4}'


@pytest.fixture
def service(tmp_path: Path) -> Path:
    path = tmp_path / "service.py"
    path.write_text(SERVICE)
    return path


@pytest.mark.parametrize(
    ("files", "paths", "code"),
    [
        ({"a.py": CLEAN}, [], 0),
        ({}, [], 0),
        ({"a.py": SERVICE}, [], 1),
        ({"a.py": "print 'x'\n"}, [], 0),
        ({"a.py": "print 'x'\n"}, ["a.py"], 2),
        ({}, ["gone.py"], 2),
        ({"a.py": SERVICE}, ["a.py", "gone.py"], 1),
        ({"a.py": "x = '\0'\n"}, ["a.py"], 2),
        ({}, ["--format", "xml"], 2),
    ],
)
def test_exit_codes_are_those_of_a_linter(
    find: Find, tmp_path: Path, files: dict[str, str], paths: list[str], code: int
) -> None:
    """0 nothing found, 1 something found, 2 a path that was named cannot be searched, or wrong usage."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    assert find(*paths).exit_code == code


def test_text_shows_the_line_and_what_to_do(find: Find, service: Path) -> None:
    """Place, title, cause, source, summary, remedy, address."""
    assert find("--select", "wait-without-end", service.name).stdout == (
        "service.py:3:9: It waits without end [wait-without-end]\n"
        "    2 |\n"
        "  > 3 | total = x.wait_for_ever()\n"
        "    4 | requests.get(total)\n"
        "  It waits without end.\n"
        "  Give it a deadline.\n"
        "  causes/wait-without-end/\n"
        "\n"
        "1 place found in 1 file.\n"
    )


def test_text_says_when_there_is_nothing(find: Find) -> None:
    """And how much was searched."""
    assert find("-", stdin=CLEAN).stdout == "Nothing found in 1 file.\n"


def test_standard_input_is_read_once_for_both_engines(find: Find) -> None:
    """What only ruff sees is found in it too."""
    found = json.loads(find("--json", "-", stdin="import requests\nrequests.get(1)\n").stdout)

    assert [(finding["file"], finding["slug"]) for finding in found] == [("-", "request-without-timeout")]


def test_text_sends_no_control_characters(find: Find) -> None:
    """A file that was found somewhere does not write to the reader's terminal."""
    assert "\x1b" not in find("-", stdin="x.wait_for_ever('\x1b[2J')\n").stdout


def test_messages_go_to_standard_error(find: Find, tmp_path: Path) -> None:
    """What is printed stays readable for a machine; the scan goes on."""
    (tmp_path / "a.py").write_bytes(b"x = '\xff'\n")
    (tmp_path / "b.py").write_text(SERVICE)
    result = find("--json")

    assert "a.py:1: not UTF-8\n" in result.stderr
    assert {finding["file"] for finding in json.loads(result.stdout)} == {"b.py"}


def test_json_is_a_list(find: Find, service: Path) -> None:
    """One object for each finding, and an empty list when there is none."""
    assert json.loads(find("--json", service.name).stdout)[0] == {
        "slug": "wait-without-end",
        "title": "It waits without end",
        "summary": "It waits without end.",
        "fix": "Give it a deadline.",
        "url": "causes/wait-without-end/",
        "file": "service.py",
        "cell": None,
        "line": 3,
        "column": 9,
        "end_line": 3,
        "end_column": 26,
        "source": "total = x.wait_for_ever()",
    }
    assert json.loads(find("--json", "-", stdin=CLEAN).stdout) == []


def test_causes_are_selected_and_ignored(find: Find, service: Path) -> None:
    """By commas or by repetition."""

    def slugs(*options: str) -> list[str]:
        return [finding["slug"] for finding in json.loads(find("--json", *options, service.name).stdout)]

    assert slugs() == ["wait-without-end", "request-without-timeout"]
    assert slugs("--select", "wait-without-end,request-without-timeout") == slugs()
    assert slugs("--select", "request-without-timeout") == ["request-without-timeout"]
    assert slugs("--ignore", "request-without-timeout") == ["wait-without-end"]
    assert slugs("--ignore", "wait-without-end", "--ignore", "request-without-timeout") == []


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("wait-without-and", "there is no such cause\n  Did you mean wait-without-end"),
        ("not-in-source", "source code cannot show this cause\n  It lies on the network."),
    ],
)
def test_a_cause_that_cannot_be_found_is_said(find: Find, slug: str, said: str) -> None:
    """A misspelt selection would otherwise look like a clean service."""
    problem = find("--select", slug).exception

    assert isinstance(problem, Problem)
    assert said in str(problem)


def test_rules_are_listed(find: Find) -> None:
    """With what sees them."""
    assert find("--rules").stdout == (
        "wait-without-end         It waits without end (ast-grep)\n"
        "request-without-timeout  It waits without end (S113)\n"
    )


def test_github_gets_an_annotation(find: Find, tmp_path: Path) -> None:
    """Values are escaped; a place in a notebook, which has no line there, is in the message."""
    title = "title=It waits without end (wait-without-end)"
    message = "It waits without end. Give it a deadline. causes/wait-without-end/"
    (tmp_path / "a,b.py").write_text("x.wait_for_ever()\n")
    (tmp_path / "n.ipynb").write_text(NOTEBOOK)

    assert find("--format", "github").stdout.splitlines() == [
        f"::warning file=a%2Cb.py,{title},line=1,col=1,endLine=1::{message}",
        f"::warning file=n.ipynb,{title}::n.ipynb:cell 1:1:1: {message}",
    ]
    assert find("--format", "github", "-", stdin=CLEAN).stdout == ""


HOOK = Path(__file__).resolve().parents[2] / ".pre-commit-hooks.yaml"


def test_the_hook_calls_a_command_that_is_there(find: Find, service: Path) -> None:
    """pre-commit gives it the files that changed."""
    entry = re.search(r"^ *entry: unstuck find (.*)$", HOOK.read_text(), re.MULTILINE)

    assert entry
    assert find(*entry[1].split(), service.name).exit_code == 1
