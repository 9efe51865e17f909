"""What `unstuck run` promises: a real process in real time, where it is, its stacks on Ctrl-C, and a clean end."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from unstuck.catalogue import root
from unstuck.cli import app
from unstuck.live import FOR_EVER, look_from, process

Start = Callable[..., "Shown"]


class Shown:
    """A command under way, and what it has printed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.text = process, ""

    def until(self, text: str) -> str:
        """Read on until a line holds a text, and return that line."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.text += line
            if text in line:
                return line
        pytest.fail(f"it ended without {text!r}:\n{self.text}")

    def end(self) -> int:
        """Read on to the end, and return the exit code."""
        assert self.process.stdout is not None
        self.text += self.process.stdout.read()
        return self.process.wait()


@pytest.fixture
def start(ctrl_c: None) -> Iterator[Start]:
    """Start `unstuck run` as a reader does."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> Shown:
        command = [sys.executable, "-m", "unstuck", "run", *arguments]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        return Shown(started[-1])

    yield start
    for command in started:
        command.kill()
        command.communicate()


def test_a_stuck_program_shows_where_and_its_stacks_on_ctrl_c(start: Start) -> None:
    """Its line, that nothing can move any more, then the await chain; and no process of it is left."""
    shown = start("model-call-without-timeout", "--broken")
    pid = int(re.findall(r"process (\d+)", shown.until("it begins"))[0])
    shown.until(FOR_EVER)
    assert "line 10, in summarise (task):  reply = await chain.ainvoke" in shown.text

    shown.process.send_signal(signal.SIGINT)

    assert shown.end() == 130
    assert "broken.py', line 10, in async summarise()" in shown.text
    assert "_watch" not in shown.text
    assert not Path(f"/proc/{pid}").exists()


def test_a_program_that_goes_on_and_on_is_counted(start: Start) -> None:
    """The same line again and again, with the calls that it has made."""
    shown = start("runnable-loop-without-stop")

    assert int(re.findall(r"provider: (\d+)", shown.until("calls of the model"))[0]) > 0
    shown.process.send_signal(signal.SIGINT)
    assert shown.end() == 130


def test_a_blocked_event_loop_is_seen_while_it_is_blocked(start: Start) -> None:
    """The line that keeps it from running; the answer comes after all, in its real time."""
    shown = start("sync-call-in-async-code")

    assert "line 14, in build_app.answer" in shown.until("the event loop stands still")
    assert float(shown.until("it returned").split()[0]) >= 4
    assert shown.end() == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["graph-never-reaches-end", "--fixed"], 0, "it returned"),
        (["forgotten-await", "--broken"], 1, "was never awaited"),
        (["agent-loops-without-limit", "--program", "recursion_limit"], 1, "GraphRecursionError"),
    ],
)
def test_the_exit_code_says_how_it_ended(arguments: list[str], code: int, said: str, start: Start) -> None:
    """0 with the answer of cause.toml, 1 in any other way; what the program prints is shown."""
    shown = start(*arguments)

    assert (shown.end(), said in shown.text) == (code, True)


def test_a_program_that_cannot_end_has_answered() -> None:
    """The answer is reported before the thread that holds the exit of the process."""
    folder = root() / "unstuck" / "scaffold" / "kinds" / "lingers"
    with process(folder / "proof.py", folder / "broken.py", "drive") as running:
        reports = running.reports()
        value = next(report["value"] for report in reports if "value" in report)
        looks = (look_from(report["look"]) for report in reports if "look" in report)
        stuck = next(look for look in looks if not look.moves and look.wakes is None)

    assert (value, [place.text for place in stuck.places]) == (
        "Platform four.",
        ["while line := lines.get():  # stuck"],
    )


def test_c_code_that_holds_the_interpreter_is_dumped(tmp_path: Path) -> None:
    """Where Python cannot say its stacks, faulthandler does."""
    (tmp_path / "proof.py").write_text("def drive(program):\n    program.main()\n")
    (tmp_path / "program.py").write_text("import re\n\ndef main():\n    re.match('(a+)+$', 'a' * 60 + 'b')\n")
    with process(tmp_path / "proof.py", tmp_path / "program.py", "drive") as running:
        next(report for report in running.reports() if "begins" in report)
        next(report for report in running.reports() if "silent" in report)

        assert f'File "{tmp_path}/program.py", line 4 in main' in running.dump()


def test_what_a_program_has_forked_ends_with_it(tmp_path: Path) -> None:
    """A child that is left behind keeps the command neither waiting nor alive itself."""
    (tmp_path / "proof.py").write_text("def drive(program):\n    return program.main()\n")
    fork = "import os, signal\n\ndef main():\n    child = os.fork()\n    if child == 0:\n        signal.pause()\n"
    (tmp_path / "program.py").write_text(f"{fork}    return child\n")
    with process(tmp_path / "proof.py", tmp_path / "program.py", "drive") as running:
        child = next(report["value"] for report in [*running.reports()] if "value" in report)
        assert Path(f"/proc/{child}").exists()

    assert not Path(f"/proc/{child}").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such-cause"], "there is no such cause"),
        (["silent-retries", "--program", "nothing"], "the page has no such program"),
    ],
)
def test_what_is_not_there_is_said(arguments: list[str], said: str) -> None:
    """A cause or a program that no page has."""
    assert said in str(CliRunner().invoke(app, ["run", *arguments]).exception)
