"""What `unstuck new` promises: complete files that prove themselves, or nothing at all."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from unstuck import checks, commands, scaffold
from unstuck.catalogue import KINDS, cause
from unstuck.cli import app
from unstuck.pages.site import families
from unstuck.problem import Problem
from unstuck.proofs import Proof
from unstuck.prover import Prover


def content(at: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in at.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_cause_is_proved_and_lacks_only_what_is_to_be_written(kind: str, clone: Path, prover: Prover) -> None:
    """It is stuck in its kind, finishes when fixed, and is red for each TODO, the length and its neighbour."""
    written = scaffold.new(clone, "my-own-cause", kind)
    todo = [(path, n) for path in written for n, line in enumerate(path.read_text().splitlines(), 1) if "TODO" in line]
    said: list[str] = []

    missing = checks.check(Proof(cause("my-own-cause", clone), prover), said.append)

    rest = {problem.what for problem in missing if (problem.path, problem.line) not in todo}
    assert len(missing) == len(todo) + len(rest)
    assert re.fullmatch(r"\d+ words of prose\n\S+ names it as a neighbour, .+", "\n".join(sorted(rest)))
    assert all(problem.line for problem in missing)
    assert re.match(rf"It {kind} at line \d+, the marked line:\n", said[0])


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        (("silent-retries", "waits"), "it is there already"),
        (("errors", "sleeps"), "there is no such kind"),
        (("My_Cause", "waits"), "My_Cause: that cannot be the name of a cause"),
        (("../outside", "waits"), "../outside: that cannot be the name of a cause"),
        (("my-own-cause", "waits", "Loops that never ends"), "there is no such family"),
        (("my-own-cause", "waits", None, "One | two"), "'One | two' cannot be a title"),
        (("my-own-cause", "waits", None, ""), "'' cannot be a title"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(asked: tuple[str, ...], what: str, clone: Path) -> None:
    """A name that is taken or that is none, and a kind, a family and a title that cannot be."""
    before = content(clone)

    with pytest.raises(Problem, match=re.escape(what)):
        scaffold.new(clone, *asked)

    assert content(clone) == before


def test_nothing_is_half_written(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full in the middle, everything is as it was."""
    before, write = content(clone), Path.write_text

    def write_until_full(path: Path, text: str, encoding: str) -> int:
        if path.name == ".mkdocs.yml.new":
            write(path, text[:100], encoding)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, text, encoding)

    monkeypatch.setattr(Path, "write_text", write_until_full)

    with pytest.raises(Problem, match="No space left on device"):
        scaffold.new(clone, "my-own-cause", "waits")

    assert content(clone) == before


def test_a_new_cause_is_listed_last_in_its_family(clone: Path) -> None:
    """In the navigation and in the index, under the family that most causes of its kind have, with its title."""
    written = scaffold.new(clone, "my-own-cause", "spins", title="It never ends")

    assert families(clone)["Loops that never end"][-1] == "my-own-cause"
    assert "| [It never ends](my-own-cause.md) |" in (clone / "docs" / "causes" / "index.md").read_text()
    assert {path.relative_to(clone).parts[0] for path in written} == {"docs", "mkdocs.yml", "snippets"}


def test_the_command_says_what_it_wrote_and_what_to_do_next(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file, and the command that goes on."""
    monkeypatch.setattr(commands, "root", lambda: clone)

    said = CliRunner().invoke(app, ["new", "my-own-cause", "--kind", "waits", "--family", "Tools and stores"]).output

    assert "wrote snippets/causes/my-own-cause/broken.py\n" in said
    assert said.endswith("unstuck check my-own-cause\n")


@pytest.mark.parametrize("command", [["new", "a", "--kind", "waits"], ["check"], ["run", "a"]])
def test_an_installed_package_is_no_clone(command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has the wheel is told what these commands need."""
    monkeypatch.setattr(commands, "root", lambda: tmp_path)

    assert "Clone it" in str(CliRunner().invoke(app, command).exception)
