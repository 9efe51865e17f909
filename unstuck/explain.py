"""The verb `explain`: which causes a text points at, in a terminal."""

from __future__ import annotations

import json as json_module
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unstuck import data
from unstuck.problem import Problem

if TYPE_CHECKING:
    from unstuck.matcher import Answer

SURE = {
    "error": "this error text",
    "stack": "a stack like this was proved with {proved_with}; one dump shows one moment, make a second",
    "words": "only words",
}
NOTHING = (
    "Nothing here is known to be a cause.\n"
    "  Dump the stacks of threads and tasks while it is stuck, and paste that: {site}debug/dump-the-stacks/"
)
EMPTY = "There is nothing in it. If a command was to write it, look at what that command says."
LARGEST_PID = 4_194_304  # of Linux
READ = 4_000_000  # bytes of an input that are read at each of its ends

Text = Annotated[str | None, typer.Argument(help="A file, `-` for standard input, or the text itself.")]
Pid = Annotated[
    int | None,
    typer.Option(
        "--pid", min=1, max=LARGEST_PID, help="Dump the stacks of this process with py-spy, and explain them."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the causes as JSON, best first.")]


def explain(text: Text = None, pid: Pid = None, json: Json = False) -> None:
    """Name the causes that an error, a traceback, a stack dump, a log or plain words point at.

    The exit code is 0 when there is an answer, 1 when nothing matches.
    """
    from unstuck.matcher import Matcher

    known = data.load()
    given = _input(text, pid)
    answers = Matcher(known).answer(given)
    if json:
        typer.echo(json_module.dumps([asdict(answer) for answer in answers], indent=2, ensure_ascii=False))
    else:
        nothing = NOTHING.format(site=known["site"]) if given.strip() else EMPTY
        typer.echo("\n\n".join(map(_paragraph, answers)) or nothing)
    raise typer.Exit(0 if answers else 1)


def _input(text: str | None, pid: int | None) -> str:
    if pid is not None and text is not None:
        raise Problem(Path("explain"), None, "a text and a process are too much at once", "Give one of the two.")
    if pid is not None:
        return _dump(pid)
    if (text is None and not sys.stdin.isatty()) or text == "-":
        return _ends(Path("standard input"), sys.stdin.buffer.read())
    if text is None:
        raise Problem(Path("explain"), None, "there is nothing to explain", "Give a file, a text, `-` or `--pid PID`.")
    path = Path(text)
    try:
        if text and len(text) < 1000 and path.exists():
            return _ends(path, path.read_bytes())  # also of /dev/fd/63, which a shell makes of <(command)
    except OSError as error:
        raise Problem(
            path, None, str(error.strerror), "Give a file that you may read, or pipe it in with `-`."
        ) from None
    if "\n" not in text and " " not in text and ("/" in text or path.suffix in {".log", ".txt", ".py"}):
        raise Problem(path, None, "there is no such file", "Check the path; to explain words, quote them.")
    return text


def _ends(path: Path, raw: bytes) -> str:
    wide = raw[:2] in {b"\xff\xfe", b"\xfe\xff"}
    if b"\0" in raw[:READ] and not wide:
        raise Problem(path, None, "this is no text", "Give a log, a traceback or a dump as text.")
    if len(raw) > 2 * READ:
        raw = raw[:READ] + b"\n" + raw[-READ:]
    return raw.decode("utf-16" if wide else "utf-8-sig", errors="replace")


def _dump(pid: int) -> str:
    program = shutil.which("py-spy", path=f"{Path(sys.executable).parent}") or shutil.which("py-spy")
    if program is None:
        raise Problem(Path("py-spy"), None, "py-spy is not installed", "Install it: pip install py-spy")
    asked = [_py_spy(program, each) for each in _family(pid)]
    if dumps := "\n".join(done.stdout for done in asked if done.stdout):
        return dumps
    done = asked[0]
    what = next(iter(done.stderr.strip().splitlines()), f"it ended with {done.returncode}").removeprefix("Error: ")
    remedy = "Is the process alive, and a Python process?"
    if "ermission" in done.stderr or "Operation not permitted" in done.stderr:
        remedy = f"Reading another process needs a right: run `sudo {program} dump --pid {pid} | unstuck explain`,"
        remedy += " or give the container the capability SYS_PTRACE."
    raise Problem(Path(f"pid {pid}"), None, f"py-spy cannot read it: {what}", remedy)


def _family(pid: int) -> list[int]:
    """Return a process and all that it has started: the workers of a master do the work.

    The `--subprocesses` of py-spy ends at the first that is not Python.
    """
    if sys.platform != "linux":
        return [pid]
    from unstuck.prover import kernel

    return [pid, *kernel.descendants(pid)]


def _py_spy(program: str, pid: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program, "dump", "--pid", str(pid)], capture_output=True, text=True, check=False)


def _paragraph(answer: Answer) -> str:
    sure = SURE[answer.how_sure].format(proved_with=answer.proved_with)
    matched = [f"  line {match.line}: {match.text[:160]}" for match in answer.matched]
    apart = [f"  Rather this: {answer.apart}"] if answer.apart else []
    head = [f"{answer.title}  [{answer.slug}]", *apart, f"  Fix: {answer.fix}", f"  How sure: {sure}"]
    return "\n".join([*head, *matched, f"  {answer.url}"])
