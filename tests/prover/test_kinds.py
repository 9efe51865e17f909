"""Small programs of every kind, each judged as what it is, and as nothing else.

`programs/` has one file each: the folder is the kind, `# stuck` the line, and the answer, where there is one, "done".
"""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from unstuck.catalogue import KINDS, marks
from unstuck.prover import Job, Prover, Run, verdict

FOLDER = Path(__file__).with_name("programs")
HEALTHY_SECONDS = 1.0  # that a program needs which crawls now


@dataclass(frozen=True)
class Program:
    """One file, and what is to be seen of it."""

    path: Path

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.path.stem}"

    @property
    def kind(self) -> str:
        return self.path.parent.name

    @property
    def line(self) -> int:
        return marks(self.path.read_text(), "stuck")[0]

    def run(self, prover: Prover) -> Run:
        scenario = "served" if "ChatOpenAI" in self.path.read_text() else "drive"
        return prover.run(Job(FOLDER / "proof.py", self.path, scenario))

    def objection(self, run: Run, kind: str, line: int) -> str | None:
        """Return why a run does not bear out that the program is of a kind, at a line."""
        healthy_seconds = HEALTHY_SECONDS if self.kind == "crawls" else run.seconds
        if kind == "healthy":
            return verdict.against_healthy(run, "done", (healthy_seconds, healthy_seconds))
        return verdict.against_stuck(run, kind, line, healthy_seconds=healthy_seconds)  # type: ignore[arg-type]


PROGRAMS = [Program(path) for path in sorted(FOLDER.glob("*/*.py"))]
BY_NAME = {program.name: program for program in PROGRAMS}

COSTS_PROCESSOR_TIME = {
    "healthy/thousand_threads",
    "spins/callback_of_a_library",
    "spins/in_a_task",
    "spins/outer_loop",
    "spins/regular_expression",
    "spins/slow_passes",
    "waits/c_code",
    "waits/poll",
    "waits/poll_of_a_task",
}
QUICK = [program for program in PROGRAMS if program.name not in COSTS_PROCESSOR_TIME]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_program_is_of_exactly_one_kind_at_exactly_one_line(program: Program, prover: Prover) -> None:
    """The kind and the line of a program are borne out by its run; every other kind and the lines around are not."""
    run = program.run(prover)
    healthy = program.kind == "healthy"
    line = 1 if healthy else program.line
    assert program.objection(run, program.kind, line) is None
    for kind in {*KINDS, "healthy"} - {program.kind}:
        assert program.objection(run, kind, line) is not None
    for other in () if healthy else {line - 1, line + 1} - {place.line for place in run.places}:
        assert program.objection(run, program.kind, other) is not None


@pytest.fixture
def four_busy_processes() -> Iterator[None]:
    context = multiprocessing.get_context("spawn")
    busy = [context.Process(target=_work, daemon=True) for _ in range(4)]
    for process in busy:
        process.start()
    yield
    for process in busy:
        process.kill()
        process.join()


def _work() -> None:
    while True:
        pass


@pytest.mark.usefixtures("four_busy_processes")
def test_load_changes_no_verdict(prover: Prover) -> None:
    """While four processes use every processor, and two programs run at a time, each is judged as before."""

    def objection(program: Program) -> str | None:
        line = 1 if program.kind == "healthy" else program.line
        why = program.objection(program.run(prover), program.kind, line)
        return why and f"{program.name}: {why}"

    with ThreadPoolExecutor(2) as pool:
        assert [why for why in pool.map(objection, QUICK) if why] == []


REPEATED = ["waits/gather", "waits/provider", "starves/sync_model", "spins/provider", "spins/outer_loop", "waits/join"]
REPEATED += ["vanishes/coroutine_of_a_model", "raises/in_a_thread", "lingers/timed_out_thread", "healthy/provider"]


@pytest.mark.parametrize("name", REPEATED)
def test_two_runs_give_the_same_report(name: str, prover: Prover) -> None:
    """A report is the same byte for byte in each run, but for real seconds, addresses and the raw dumps."""

    def report(run: Run) -> str:
        return re.sub("0x[0-9a-f]+", "…", replace(run, real_seconds=0.0, dumps={}).to_json())

    assert report(BY_NAME[name].run(prover)) == report(BY_NAME[name].run(prover))


def test_programs_can_run_at_the_same_time(prover: Prover) -> None:
    """Runs from several threads at once do not disturb each other."""
    programs = [BY_NAME[name] for name in ("waits/provider", "healthy/provider", "spins/loop", "starves/sleep")] * 3
    with ThreadPoolExecutor(4) as pool:
        ends = [run.end for run in pool.map(lambda program: program.run(prover), programs)]
    assert ends == ["stuck", "answered", "spun", "answered"] * 3
