"""What `unstuck check` promises: one command says where a cause stands, and writes only what is proved."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from unstuck import checks, commands, scaffold
from unstuck.catalogue import Cause, cause, root
from unstuck.cli import app
from unstuck.problem import Problem
from unstuck.proofs import Proof
from unstuck.prover import Prover, kernel

SLUG = "my-own-cause"


@pytest.fixture
def mine(clone: Path) -> Cause:
    """A cause that is proved, and of which nothing else is written yet."""
    scaffold.new(clone, SLUG, "waits")
    return cause(SLUG, clone)


@pytest.fixture
def look(mine: Cause, prover: Prover) -> Callable[[], tuple[str, list[Problem]]]:
    """Check the cause; return what was said, and what is missing without what waits for its content."""

    def look() -> tuple[str, list[Problem]]:
        said: list[str] = []
        missing = checks.check(Proof(Cause(mine.folder), prover), said.append)
        return "\n".join(said), [problem for problem in missing if "placeholder" not in problem.what]

    return look


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


Look = Callable[[], tuple[str, list[Problem]]]


def test_a_save_of_prose_runs_nothing_again(mine: Cause, prover: Prover) -> None:
    """The runs stand until a program is saved."""
    proof = Proof(mine, prover)
    mine.toml.write_text(mine.toml.read_text().replace("summary =", "summary  ="))
    assert proof.again().broken is proof.broken
    change(mine.proof, '"""', '"""Here: ')
    assert proof.again().broken is not proof.broken


def test_the_stack_is_compared_with_the_marker(mine: Cause, look: Look) -> None:
    """Where it is stuck, and that the mark stands elsewhere; the page comes when that is right."""
    change(mine.broken, "await slots.acquire()  # stuck", "await slots.acquire()")
    change(mine.broken, "return reply.text", "return reply.text  # stuck")

    said, missing = look()

    assert said.startswith("It waits at line 10, NOT the marked line, which is 12:")
    assert "asyncio  Semaphore.acquire" in said
    assert [(problem.path, problem.line) for problem in missing] == [(mine.broken, 12)]
    assert not mine.evidence.exists()


def test_hand_edited_evidence_is_written_again(mine: Cause, look: Look) -> None:
    """What the run shows stands there, and the command names the file that it changed."""
    look()
    written = (mine.evidence / "stuck.txt").read_text()
    (mine.evidence / "stuck.txt").write_text("It is slow.\n")
    (mine.evidence / "old.txt").write_text("of a program that is gone\n")

    said, _ = look()

    assert (mine.evidence / "stuck.txt").read_text() == written
    assert [line for line in said.splitlines() if line.startswith("wrote")] == [
        f"wrote snippets/causes/{SLUG}/evidence/stuck.txt",
        f"wrote snippets/causes/{SLUG}/evidence/old.txt",
    ]


def test_the_neighbour_s_page_is_written_too(mine: Cause, look: Look) -> None:
    """What a cause says of another stands on that page at once; no run of that one is needed for it."""
    near = cause(next(iter(mine.facts.neighbours)), mine.clone)
    change(near.toml, "[neighbours]\n", f'[neighbours]\n{SLUG} = "It goes on when a slot is free."\n')

    _, missing = look()

    assert f"({SLUG}.md): It goes on when a slot is free." in (near.evidence / "neighbours.md").read_text()
    assert not [problem for problem in missing if problem.path == near.toml]


@pytest.mark.parametrize("program", ["broken.py", "fixed.py"])
def test_a_run_that_broke_off_is_not_written_down(program: str, mine: Cause, look: Look) -> None:
    """A child that was killed says nothing of the program, so the evidence stays as it was."""
    look()
    before = {path: path.read_bytes() for path in mine.evidence.iterdir()}
    with (mine.folder / program).open("a") as source:
        source.write("\n\n__import__('os').kill(__import__('os').getpid(), 9)\n")

    _, missing = look()

    assert missing[0].path.name == program
    assert "killed by SIGKILL" in missing[0].what
    assert {path: path.read_bytes() for path in mine.evidence.iterdir()} == before


def test_what_ruff_says_is_missing_too(mine: Cause, look: Look) -> None:
    """Nobody learns from `make test` what the one command could have said."""
    with mine.proof.open("a") as proof:
        proof.write("import  os\n")

    missing = [(problem.path, problem.what) for problem in look()[1]]

    assert (mine.proof, "`os` imported but unused (F401)") in missing
    assert (mine.proof, "File would be reformatted (unformatted)") in missing


@pytest.mark.parametrize(
    ("written", "what"),
    [(b"# Gr\xf6\xdfe\n", "not UTF-8"), (b"def answer(:\n", "no Python: invalid syntax")],
)
def test_a_program_that_cannot_be_read_is_said_once(written: bytes, what: str, mine: Cause, look: Look) -> None:
    """What ruff would say of it in other words adds nothing."""
    mine.fixed.write_bytes(written)

    assert {(problem.path, problem.line, problem.what) for problem in look()[1]} == {(mine.fixed, 1, what)}


def test_an_error_text_has_to_lead_to_its_page(mine: Cause, look: Look) -> None:
    """A piece of an error that another page claims does not tell the two apart."""
    report = '[[errors]]\ntext = "Request timed out."\nsource = "https://github.com/owner/project/issues/1"\n\n[find]'
    change(mine.toml, "[find]", report)

    assert "pasted, 'Request timed out.' leads to" in "\n".join(problem.what for problem in look()[1])


@pytest.fixture
def command(clone: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr(commands, "root", lambda: clone)
    return lambda *arguments: CliRunner().invoke(app, ["check", *arguments])


def test_the_exit_code_and_the_last_lines_say_what_is_missing(clone: Path, command: Callable[..., Result]) -> None:
    """0 and `nothing is missing`, or 1 and a list in which each thing has its file and line."""
    proved = command("graph-never-reaches-end")
    scaffold.new(clone, SLUG, "waits")
    mine = command(SLUG)

    assert (proved.exit_code, mine.exit_code) == (0, 1)
    assert "graph-never-reaches-end: proved, nothing is missing" in proved.output.splitlines()[-1]
    assert f"{SLUG}/broken.py:1: `TODO` is a placeholder" in mine.output.partition("in the order to do it:")[2]


def test_other_systems_are_told_so(command: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a proof cannot be exact there is none."""
    monkeypatch.setattr(sys, "platform", "darwin")

    assert "that needs Linux, and this is darwin" in str(command("silent-retries").exception)


@pytest.fixture
def watching(clone: Path, mine: Cause, ctrl_c: None) -> Iterator[subprocess.Popen[str]]:
    """`unstuck check --watch` in a clone that has its own copy of the tool."""
    shutil.copytree(root() / "unstuck", clone / "unstuck", dirs_exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "unstuck", "check", SLUG, "--watch"],
        cwd=clone,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        yield process
        process.kill()


def read_until(process: subprocess.Popen[str], text: str) -> None:
    assert any(text in line for line in process.stdout or ())


def test_a_save_is_checked_at_once(watching: subprocess.Popen[str], mine: Cause) -> None:
    """Again on each save, by the process that has imported everything already; Ctrl-C ends it.

    A folder that is away for a while, as when another branch is checked out, is looked at when it is back.
    """
    until = partial(read_until, watching)
    until("Watching")
    before = kernel.children_of(watching.pid)
    change(mine.broken, "await slots.acquire()  # stuck", "await slots.acquire()")
    until("no line is marked")
    until("Watching")
    shutil.move(mine.folder, mine.clone)
    until("cause.toml: the file is missing")
    until("Watching")
    shutil.move(mine.clone / SLUG, mine.folder)
    until("no line is marked")
    until("Watching")

    assert kernel.children_of(watching.pid) == before
    watching.send_signal(signal.SIGINT)
    assert watching.wait() == 1


def test_a_change_of_the_tool_is_said(watching: subprocess.Popen[str], mine: Cause) -> None:
    """A fake that was changed is not the one that this process has imported, so it proves nothing with it."""
    read_until(watching, "Watching")
    (mine.clone / "unstuck" / "fakes" / "gate.py").touch()

    read_until(watching, "unstuck/fakes/gate.py: the tool itself was changed")
    assert watching.wait() == 2
