"""The verb `run`: a program of a cause, live."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unstuck.catalogue import Cause, cause
from unstuck.commands import clone, require_linux
from unstuck.problem import Problem

if TYPE_CHECKING:
    from unstuck.prover.live import Look

SILENT = 2.0  # seconds without a sign, after which C code holds the interpreter
IDLE = 0.02  # share of a processor up to which nothing is computed
AGAIN = 5.0  # seconds after which a line is printed even if it says nothing new
FOR_EVER = "Nothing in the process can move, and no timer is running: it is stuck here, for ever."

Slug = Annotated[str, typer.Argument(help="The name of a cause, as in the address of its page.")]
Broken = Annotated[
    bool, typer.Option("--broken/--fixed", help="The program that gets stuck, or the one that does not.")
]
Program = Annotated[str | None, typer.Option(help="A further program of the page, by name.")]


def run(slug: Slug, *, broken: Broken = True, program: Program = None) -> None:
    """Run a program of a page in real time, and show where it is; Ctrl-C dumps its stacks and ends it.

    The exit code is 0 when it has returned the cause's answer and ended, 1 when it has ended in another way,
    and 130 after Ctrl-C. Whatever it started has ended, too.
    """
    entry = cause(slug, clone())
    require_linux()
    path, scenario, answer = _chosen(entry, program, broken=broken)
    with process(entry.proof, path, scenario) as running:
        typer.echo(f"{entry.slug}, {path.name}, in real time; Ctrl-C dumps the stacks and ends it. It imports first.")
        screen = Screen()
        try:
            for report in running.reports():
                screen.show(report)
            code = running.process.wait()
        except KeyboardInterrupt:
            typer.echo(f"\n{running.dump()}")
            raise typer.Exit(130) from None
    screen.line(time.monotonic(), f"the process has ended, with exit code {code}")
    raise typer.Exit(0 if code == 0 and screen.value == answer else 1)


def _chosen(entry: Cause, program: str | None, *, broken: bool) -> tuple[Path, str, Any]:
    """Return the path, the scenario and the answer of one program of a cause."""
    if program is None:
        return (entry.broken if broken else entry.fixed), "drive", entry.facts.answer
    claims = entry.facts.programs
    if program not in claims:
        remedy = f"It has {', '.join(claims)}." if claims else "It has none but broken.py and fixed.py."
        raise Problem(entry.program(program), None, "the page has no such program", remedy)
    claim = claims[program]
    return entry.program(program), claim.scenario, claim.answer


class Screen:
    """What is printed of a program: each new place and state once, and a sign of life from time to time."""

    def __init__(self) -> None:
        self.value: object = _NOTHING
        self._began: float | None = None
        self._printed = 0.0
        self._seen: set[object] = set()

    def show(self, report: dict[str, Any]) -> None:
        """Print what is new in a report."""
        if "begins" in report:
            self._began = report["at"]
            self.line(report["at"], f"it begins, as process {report['begins']}")
        elif "value" in report:
            self.value = report["value"]
            self.line(report["at"], f"it returned {self.value!r}")
        elif "silent" in report and self._began:
            ends = "it is shutting down" if self.value is not _NOTHING else "C code holds the interpreter"
            self._once(report["at"], ends, f"no sign for {SILENT:g} s: {ends}")
        elif "look" in report:
            self._look(report["at"], look_from(report["look"]))

    def line(self, at: float, *lines: str) -> None:
        """Print lines with the seconds since the program began."""
        self._printed = at
        typer.echo(f"{at - (self._began or at):7.1f} s  " + f"\n{'':11}".join(lines))

    def _once(self, at: float, key: object, *lines: str) -> None:
        if key not in self._seen or at - self._printed > AGAIN:
            self._seen.add(key)
            self.line(at, *lines)

    def _look(self, at: float, look: Look) -> None:
        places = tuple(place.line for place in look.places)
        if look.moves:
            calls = f"; calls of the model or the provider: {look.calls}" if look.calls else ""
            idle = look.cpu <= IDLE
            does = "wakes up and waits again" if idle else f"runs, at {look.cpu:.0%} of a processor"
            self._once(at, ("idles" if idle else "runs", places), *_where(look), f"It {does}{calls}.")
        elif look.wakes is not None:
            self._once(at, ("waits", places), *_where(look), f"It waits, and a timer is set for {look.wakes:.0f} s.")
        elif FOR_EVER not in self._seen:
            self._once(at, FOR_EVER, *_where(look, deep=True), FOR_EVER)


_NOTHING = object()


def look_from(data: dict[str, Any]) -> Look:
    from unstuck.prover.frames import Place
    from unstuck.prover.live import Look

    return Look(**{**data, "places": [Place.from_json(place) for place in data["places"]]})


def _where(look: Look, *, deep: bool = False) -> Iterator[str]:
    """Yield a line for each place of the program at which it stands, and the frames of libraries below."""
    from unstuck.evidence import below

    if not look.places:
        yield "no line of the program is under way"
    for place in look.places:
        loop = "; the event loop stands still meanwhile" if place.on_loop else ""
        yield f"line {place.line}, in {place.function} ({place.what}{loop}):  {place.text}"
        if deep:
            yield from below(place).splitlines()


@contextmanager
def process(proof: Path, program: Path, scenario: str) -> Iterator[Running]:
    """Start a program, and end it with everything that it has started."""
    from unstuck.prover import kernel
    from unstuck.prover.process import adopt_orphans, kill_descendants
    from unstuck.prover.prover import environment

    adopt_orphans()
    besides = kernel.children_of()
    report, write = os.pipe()
    fault = os.memfd_create("fault")
    with (
        tempfile.TemporaryDirectory(prefix="unstuck-") as folder,
        subprocess.Popen(
            [sys.executable, "-m", "unstuck.prover.live", str(proof), str(program), scenario, str(write), str(fault)],
            cwd=folder,
            env={**environment(), "PYTHONUNBUFFERED": "1", "OPENAI_API_KEY": "not-a-key"},
            pass_fds=[write, fault],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the command, which asks for the dump
        ) as child,
    ):
        os.close(write)
        running = Running(child, report, fault)
        try:
            yield running
        finally:
            kill_descendants(besides)
            running.printer.join()
            os.close(report)
            os.close(fault)


class Running:
    """A process that runs a program, its reports and its output."""

    def __init__(self, process: subprocess.Popen[bytes], report: int, fault: int) -> None:
        self.process = process
        self._report, self._fault = report, fault
        self._rest = b""
        self.printer = threading.Thread(target=self._print, daemon=True)
        self.printer.start()

    def reports(self) -> Iterator[dict[str, Any]]:
        """Yield what the process reports until it ends, and that it is silent when it should not be."""
        while True:
            if not select.select([self._report], [], [], SILENT)[0]:
                if self.process.poll() is not None:  # what it has forked holds the pipe open
                    return
                yield {"silent": True, "at": time.monotonic()}
                continue
            chunk = os.read(self._report, 1 << 16)
            if not chunk:
                return
            *lines, self._rest = (self._rest + chunk).split(b"\n")
            yield from map(json.loads, lines)

    def dump(self) -> str:
        """Return the stacks of all threads and tasks; those of threads alone where Python cannot say them."""
        from unstuck.prover import dumps
        from unstuck.prover.silence import FAULT

        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.write(b"?")
            self.process.stdin.flush()
        for report in self.reports():
            if "dump" in report:
                return str(report["dump"])
            if "silent" in report:
                break
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, FAULT)
        dump, until = "", time.monotonic() + SILENT
        while not dump.endswith("_run_module_as_main\n") and time.monotonic() < until:
            time.sleep(0.02)
            dump = os.pread(self._fault, 1 << 20, 0).decode(errors="replace")
        return dumps.without_ours(dump)

    def _print(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            typer.echo(f"           | {line.decode(errors='replace').rstrip()}")
