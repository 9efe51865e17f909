"""The proof of a cause: its programs run, and what is claimed of them judged."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future
from functools import cached_property
from pathlib import Path
from typing import Any

from ruff import find_ruff_bin

from unstuck.catalogue import Cause, Claim, Kind, parse, read
from unstuck.changes import Hunk, asked_otherwise, emptied, hunks, plain, undo, without_line
from unstuck.problem import Problem
from unstuck.prover import Job, Prover, Run, verdict
from unstuck.text import one_line


class Proof:
    """The runs of a cause's programs."""

    def __init__(self, cause: Cause, prover: Prover) -> None:
        self.cause = cause
        self.saved = {path.name: path.lstat().st_mtime_ns for path in cause.folder.glob("*.py")}
        self.runs: dict[Job, Future[Run]] = {}
        self._prover = prover

    def again(self) -> Proof:
        """Return the proof of the cause as it is now; where no program was saved meanwhile, its runs stand."""
        proof = Proof(Cause(self.cause.folder), self._prover)
        if proof.saved == self.saved:
            proof.runs = self.runs
        return proof

    def begin(self) -> None:
        """Start the runs of all programs and captures, the pair first, and return at once."""
        self._start(self.cause.broken)
        self._start(self.cause.fixed)
        for name, claim in self.cause.facts.programs.items():
            self._start(self.cause.program(name), claim.scenario)
        for name in capture_names(self.cause.proof):
            self._start(self.cause.fixed, name)

    @property
    def broken(self) -> Run:
        return self._run(self.cause.broken)

    @property
    def fixed(self) -> Run:
        return self._run(self.cause.fixed)

    @cached_property
    def programs(self) -> dict[str, Run]:
        """Return the runs of the further programs, by name."""
        facts = self.cause.facts
        return {name: self._run(self.cause.program(name), claim.scenario) for name, claim in facts.programs.items()}

    @cached_property
    def captures(self) -> dict[str, str]:
        """Return what the functions in the proof's `CAPTURES` produced, by the file name that they are for."""
        captured = {}
        for name, line in capture_names(self.cause.proof).items():
            run = self._run(self.cause.fixed, name)
            if run.end != "answered" or not isinstance(run.value, str):
                what = f"the capture of {name} did not return a text: {run.error or run.why or repr(run.value)}"
                raise Problem(self.cause.proof, line, what, "Let the function return what the page is to show.")
            captured[name] = run.value
        return captured

    def problems(self) -> Iterator[Problem]:
        """Yield every claim of `cause.toml` and of the markers that the runs do not bear out."""
        yield from self._broken_problems()
        yield from self._fixed_problems()
        for name, claim in self.cause.facts.programs.items():
            yield from self._program_problems(name, claim)
        yield from self._error_problems()

    def unearned(self) -> Iterator[Problem]:
        """Yield how the answer of the fixed program is had without that program."""
        self._start(self.cause.fixed, source=plain(self.cause.broken))
        self._start(self.cause.broken, source=plain(self.cause.fixed))
        self._start(self.cause.fixed, source=emptied(read(self.cause.fixed)))
        self._start(self.cause.fixed, otherwise=True)
        if why := self.told_by_its_name():
            remedy = "Let neither the scenario nor a program ask which file it is."
            yield Problem(self.cause.proof, _first_function(self.cause.proof), why, remedy)
        if why := self.answers_when_empty():
            remedy = "Let the scenario return what the program returns; let it catch no error of the program."
            yield Problem(self.cause.proof, _first_function(self.cause.proof), why, remedy)
        if why := self.answers_what_nobody_said():
            remedy = "Let the program return what comes of its model, its tools and its arguments."
            yield Problem(self.cause.fixed, _first_function(self.cause.fixed), why, remedy)

    def needless(self) -> Iterator[Problem]:
        """Yield each part of the fix without which the proof still holds, and the stuck line if it is not needed."""
        for hunk in hunks(self.cause):
            self._start(self.cause.fixed, source=undo(self.cause, hunk))
        for hunk in hunks(self.cause):
            if why := self.survives(hunk):
                what = f"this part of the fix is not needed: undone, {why}"
                remedy = "Take it out of fixed.py, or prove why it is there."
                yield Problem(self.cause.fixed, hunk.fixed[0] + 1, what, remedy)
        if self.stuck_without_its_line():
            what = "without the stuck line the program is stuck in the same way"
            yield Problem(self.cause.broken, self.cause.mark(), what, "Mark the line that matters.")

    def survives(self, hunk: Hunk) -> str | None:
        """Return how the fixed program does without one part of the fix, or None when that is seen."""
        source = undo(self.cause, hunk)
        run = self._run(self.cause.fixed, source=source)
        if self._unhealthy(run) or _unused_import(source):
            return None
        return f"it still returns {run.value!r} after {run.seconds:g} s"

    def stuck_without_its_line(self) -> bool:
        """Tell whether the broken program is stuck in the same way without its stuck line."""
        source = without_line(read(self.cause.broken), self.cause.mark())
        return self.not_stuck(self._run(self.cause.broken, source=source)) is None

    def told_by_its_name(self) -> str | None:
        """Return how the programs do under each other's name, or None when each does as under its own."""
        cause = self.cause
        if self._unhealthy(self._run(cause.fixed, source=plain(cause.broken))) is None:
            return "broken.py passes as fixed.py when it is called fixed.py"
        if self.not_stuck(self._run(cause.broken, source=plain(cause.fixed))) is None:
            return "fixed.py gets stuck when it is called broken.py"
        return None

    def answers_when_empty(self) -> str | None:
        """Return that the answer needs no program, or None when it does."""
        run = self._run(self.cause.fixed, source=emptied(read(self.cause.fixed)))
        if verdict.against_healthy(run, self.cause.facts.answer):
            return None
        return "the answer is there although every function of fixed.py was made to fail"

    def answers_what_nobody_said(self) -> str | None:
        """Return that the answer is a constant, or None when it depends on what the program is told or asked."""
        fixed, answer = self.cause.fixed, self.cause.facts.answer
        if verdict.against_healthy(self._run(fixed, otherwise=True), answer):
            return None
        asked = asked_otherwise(read(self.cause.proof))
        if verdict.against_healthy(self._run(fixed, scenario_source=asked, otherwise=True), answer):
            return None
        return "the answer is the same whatever the program is asked and told"

    def driven_by(self, scenario: str) -> Run:
        """Return the run of the broken program under another scenario, given as source."""
        return self._run(self.cause.broken, scenario_source=scenario)

    def not_stuck(self, run: Run, kind: Kind | None = None, line: int | None = None) -> str | None:
        """Return why a run of the broken program does not bear out how it is said to be stuck, or None when it does."""
        facts = self.cause.facts
        return verdict.against_stuck(
            run,
            kind or facts.kind,
            line or self.cause.mark(),
            error=facts.error,
            healthy_seconds=self.fixed.seconds,
            answer=facts.answer,
        )

    def not_as_claimed(self, name: str, kind: Kind | None, line: int | None = None) -> str | None:
        """Return why a further program's run does not bear out its claim, if it were of this kind and marked there."""
        claim, run = self.cause.facts.programs[name], self.programs[name]
        if kind is None:
            return verdict.against_healthy(run, claim.answer, claim.seconds)
        return verdict.against_stuck(
            run,
            kind,
            line or self.cause.mark(self.cause.program(name)),
            error=claim.error,
            healthy_seconds=self.fixed.seconds,
            answer=self.cause.facts.answer,
        )

    def _run(self, program: Path, scenario: str = "drive", **changed: Any) -> Run:
        return self._start(program, scenario, **changed).result()

    def _start(self, program: Path, scenario: str = "drive", **changed: Any) -> Future[Run]:
        """Start a run, or find it among those that were started; `changed` is what else a `Job` has."""
        job = Job(self.cause.proof, program, scenario, **changed)
        if job not in self.runs:
            self.runs[job] = self._prover.start(job)
        return self.runs[job]

    def _unhealthy(self, run: Run) -> str | None:
        return verdict.against_healthy(run, self.cause.facts.answer, self.cause.facts.seconds)

    def _broken_problems(self) -> Iterator[Problem]:
        mark = self.cause.mark()
        why = self.not_stuck(self.broken)
        if why:
            remedy = _not_there(self.broken) or "Make the program get stuck there, or correct the marker or `kind`."
            yield Problem(self.cause.broken, mark, why + "\n" + _arrows(self.cause.broken, mark, self.broken), remedy)
        yield from _too_loud(self.cause.broken, self.broken)

    def _fixed_problems(self) -> Iterator[Problem]:
        for word in ("stuck", "cause"):
            for line in self.cause.marks(word, self.cause.fixed):
                yield Problem(self.cause.fixed, line, "a fixed program has no marker", f"Remove `# {word}`.")
        why = self._unhealthy(self.fixed)
        if why:
            remedy = "Make it finish with the `answer` of cause.toml and leave nothing running."
            line = _line(self.fixed) or _first_function(self.cause.fixed)
            yield Problem(self.cause.fixed, line, why, _not_there(self.fixed) or remedy)
        yield from _too_loud(self.cause.fixed, self.fixed)

    def _program_problems(self, name: str, claim: Claim) -> Iterator[Problem]:
        path, run = self.cause.program(name), self.programs[name]
        why = self.not_as_claimed(name, claim.kind)
        if why:
            line = (_line(run) or _first_function(path)) if claim.kind is None else self.cause.mark(path)
            remedy = f"Correct the program, or [programs.{name}] in cause.toml."
            yield Problem(path, line, why, _not_there(run) or remedy)
        yield from _too_loud(path, run)

    def _error_problems(self) -> Iterator[Problem]:
        runs = {"broken": self.broken, "fixed": self.fixed, **self.programs}
        for number, error in enumerate(self.cause.facts.errors):
            run = runs.get(error.source)
            shown = f"{run.error}\n{run.output}\n{run.value}" if run else ""
            if run and one_line(error.text) not in one_line(shown):
                what = f"the run of {error.source} did not show {error.text!r}; it showed {shown.strip()!r}"
                line = self.cause.line("errors", number)
                yield Problem(self.cause.toml, line, what, "Write the text as a run shows it, or name its report.")


def capture_names(proof: Path) -> dict[str, int]:
    """Return the keys of a proof's `CAPTURES` and their lines, without running it."""
    for node in parse(proof).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="CAPTURES")], value=ast.Dict(keys=keys)):
                return {str(ast.literal_eval(key)): key.lineno for key in keys if key}
    return {}


def _unused_import(source: str) -> bool:
    command = [find_ruff_bin(), "check", "--isolated", "--quiet", "--select", "F401", "--stdin-filename", "x.py", "-"]
    return subprocess.run(command, input=source.encode(), capture_output=True, check=False).returncode != 0


def _line(run: Run) -> int | None:
    """Return the first line of the program at which a run stands."""
    return next((place.line for place in run.places), None)


def _first_function(path: Path) -> int:
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    return next((node.lineno for node in parse(path).body if isinstance(node, functions)), 1)


_NOT_THERE = {
    "ModuleNotFoundError": "Do without it, or add it to the group `proofs` of pyproject.toml and run `make lock`.",
    "beyond loopback": "A proof reaches loopback and nothing else; let a fake of unstuck.fakes answer.",
    "Permission denied": "A proof writes below its own folder only, which is the current one.",
    "KeyError: '[A-Z_]*KEY'": "Do without it: a proof has no key, and needs none.",
}
"""What a program may ask for in vain, as its error tells it, and what to do about that."""


def _not_there(run: Run) -> str | None:
    return next((remedy for error, remedy in _NOT_THERE.items() if re.search(error, run.error)), None)


def _too_loud(program: Path, run: Run) -> Iterator[Problem]:
    if cut := re.search(r"\(([\d,]+) bytes more\)\n$", run.output):
        what = f"it prints too much: {cut[1]} bytes more than are kept"
        line = _line(run) or _first_function(program)
        yield Problem(program, line, what, "Take the printing out; a page shows a few lines.")


def _arrows(program: Path, mark: int, run: Run) -> str:
    """Return the program with an arrow on the marked line and one on each line where it stands."""
    stands = {place.line for place in run.places} | set(run.starved) | set(run.lost)
    rows = []
    for number, line in enumerate(read(program).splitlines(), 1):
        arrow = ("marked " if number == mark else "") + ("here" if number in stands else "")
        rows.append(f"  {arrow.strip() and arrow.strip() + ' ->':>14} {number:3}  {line}".rstrip())
    return "\n".join(rows)
