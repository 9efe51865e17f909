"""The proof of a cause: its programs run, and what is claimed of them judged."""

from __future__ import annotations

import ast
import difflib
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ruff import find_ruff_bin

from unstuck.catalogue import Cause, Claim
from unstuck.problem import Problem
from unstuck.prover import Job, Prover, Run, verdict
from unstuck.text import one_line

MARKER = re.compile(r"[ \t]*# (?:stuck|cause)$", re.MULTILINE)


@dataclass(frozen=True)
class Hunk:
    """A contiguous part of the fix: lines of the broken program and what stands in their place, both from 0."""

    broken: tuple[int, int]
    fixed: tuple[int, int]


class Proof:
    """The runs of a cause's programs."""

    def __init__(self, cause: Cause, prover: Prover) -> None:
        self.cause = cause
        self._prover = prover
        self._runs: dict[Job, Future[Run]] = {}

    def begin(self) -> None:
        """Start the runs of all programs and captures, the pair first, and return at once."""
        self._start(self.cause.broken)
        self._start(self.cause.fixed)
        for name, claim in self.cause.facts.programs.items():
            self._start(self.cause.program(name), claim.scenario)
        for name in capture_names(self.cause.proof):
            self._start(self.cause.fixed, name)

    @cached_property
    def broken(self) -> Run:
        return self._run(self.cause.broken)

    @cached_property
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
        for name in capture_names(self.cause.proof):
            run = self._run(self.cause.fixed, name)
            if run.end != "answered" or not isinstance(run.value, str):
                what = f"the capture of {name} did not return a text: {run.error or run.why or repr(run.value)}"
                raise Problem(self.cause.proof, None, what, "Let the function return what the page is to show.")
            captured[name] = run.value
        return captured

    def problems(self) -> Iterator[Problem]:
        """Yield every claim of `cause.toml` and of the markers that the runs do not bear out."""
        yield from self._broken_problems()
        yield from self._fixed_problems()
        for name, claim in self.cause.facts.programs.items():
            yield from self._program_problems(name, claim)
        yield from self._error_problems()

    def needless(self) -> Iterator[Problem]:
        """Yield each part of the fix without which the proof still holds, and the stuck line if it is not needed."""
        undone = {hunk: undo(self.cause, hunk) for hunk in hunks(self.cause)}
        undone = {hunk: source for hunk, source in undone.items() if _is_python(source)}
        for source in undone.values():
            self._start(self.cause.fixed, source=source)
        for hunk, source in undone.items():
            if why := self._survives(source):
                what = f"this part of the fix is not needed: undone, {why}"
                remedy = "Take it out of fixed.py, or prove why it is there."
                yield Problem(self.cause.fixed, hunk.fixed[0] + 1, what, remedy)
        source = without_line(self.cause.broken.read_text(), self.cause.mark())
        run = self._run(self.cause.broken, source=source)
        if self._stuck(run) is None:
            what = "without the stuck line the program is stuck in the same way"
            yield Problem(self.cause.broken, self.cause.mark(), what, "Mark the line that matters.")

    def _run(self, program: Path, scenario: str = "drive", source: str | None = None) -> Run:
        return self._start(program, scenario, source).result()

    def _start(self, program: Path, scenario: str = "drive", source: str | None = None) -> Future[Run]:
        job = Job(self.cause.proof, program, scenario, source)
        if job not in self._runs:
            self._runs[job] = self._prover.start(job)
        return self._runs[job]

    def _stuck(self, run: Run) -> str | None:
        facts = self.cause.facts
        return verdict.against_stuck(
            run,
            facts.kind,
            self.cause.mark(),
            error=facts.error,
            healthy_seconds=self.fixed.seconds,
            answer=facts.answer,
        )

    def _broken_problems(self) -> Iterator[Problem]:
        mark = self.cause.mark()
        why = self._stuck(self.broken)
        if why:
            remedy = "Make the program get stuck there, or correct the marker or `kind`."
            yield Problem(self.cause.broken, mark, why + "\n" + _arrows(self.cause.broken, mark, self.broken), remedy)

    def _fixed_problems(self) -> Iterator[Problem]:
        facts = self.cause.facts
        for word in ("stuck", "cause"):
            for line in self.cause.marks(word, self.cause.fixed):
                yield Problem(self.cause.fixed, line, "a fixed program has no marker", f"Remove `# {word}`.")
        why = verdict.against_healthy(self.fixed, facts.answer, facts.seconds)
        if why:
            remedy = "Make it finish with the `answer` of cause.toml and leave nothing running."
            yield Problem(self.cause.fixed, None, why, remedy)

    def _program_problems(self, name: str, claim: Claim) -> Iterator[Problem]:
        path, run = self.cause.program(name), self.programs[name]
        if claim.kind is None:
            why = verdict.against_healthy(run, claim.answer, claim.seconds)
        else:
            why = verdict.against_stuck(
                run,
                claim.kind,
                self.cause.mark(path),
                error=claim.error,
                healthy_seconds=self.fixed.seconds,
                answer=self.cause.facts.answer,
            )
        if why:
            line = None if claim.kind is None else self.cause.mark(path)
            yield Problem(path, line, why, f"Correct the program, or [programs.{name}] in cause.toml.")

    def _error_problems(self) -> Iterator[Problem]:
        runs = {"broken": self.broken, "fixed": self.fixed, **self.programs}
        for error in self.cause.facts.errors:
            run = runs.get(error.source)
            shown = f"{run.error}\n{run.output}\n{run.value}" if run else ""
            if run and one_line(error.text) not in one_line(shown):
                what = f"the run of {error.source} did not show {error.text!r}; it showed {shown.strip()!r}"
                yield Problem(self.cause.toml, None, what, "Write the text as a run shows it, or name its report.")

    def _survives(self, source: str) -> str | None:
        """Return how the fixed program does without a part of the fix, or None when that is seen."""
        facts = self.cause.facts
        run = self._run(self.cause.fixed, source=source)
        if verdict.against_healthy(run, facts.answer, facts.seconds) or _unused_import(source):
            return None
        return f"it still returns {run.value!r} after {run.seconds:g} s"


def hunks(cause: Cause) -> list[Hunk]:
    """Return the parts of a cause's fix."""
    broken, fixed = plain(cause.broken).splitlines(), plain(cause.fixed).splitlines()
    codes = difflib.SequenceMatcher(None, broken, fixed, autojunk=False).get_opcodes()
    return [Hunk((a, b), (c, d)) for tag, a, b, c, d in codes if tag != "equal"]


def undo(cause: Cause, hunk: Hunk) -> str:
    """Return the fixed program without one part of the fix."""
    broken, fixed = plain(cause.broken).splitlines(), plain(cause.fixed).splitlines()
    lines = fixed[: hunk.fixed[0]] + broken[slice(*hunk.broken)] + fixed[hunk.fixed[1] :]
    return "\n".join(lines) + "\n"


def plain(program: Path) -> str:
    """Return the source of a program without its markers."""
    return MARKER.sub("", program.read_text())


def without_line(source: str, line: int) -> str:
    """Return a source text with the statement at a line taken out; of a loop or a branch, only its header."""
    lines = source.splitlines()
    statements = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt) and node.lineno == line]
    if not statements:
        return "\n".join(lines[: line - 1] + lines[line:]) + "\n"
    node = statements[0]
    indent = " " * node.col_offset
    body = getattr(node, "body", None)
    first, last = node.lineno - 1, node.end_lineno or node.lineno
    if isinstance(body, list) and body:
        lines[first : body[0].lineno - 1] = [f"{indent}if True:"]
    else:
        lines[first:last] = [f"{indent}pass"]
    return "\n".join(lines) + "\n"


def capture_names(proof: Path) -> list[str]:
    """Return the keys of a proof's `CAPTURES`, without running it."""
    for node in ast.parse(proof.read_text()).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="CAPTURES")], value=ast.Dict(keys=keys)):
                return [str(ast.literal_eval(key)) for key in keys if key]
    return []


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _unused_import(source: str) -> bool:
    command = [find_ruff_bin(), "check", "--isolated", "--quiet", "--select", "F401", "--stdin-filename", "x.py", "-"]
    return subprocess.run(command, input=source.encode(), capture_output=True, check=False).returncode != 0


def _arrows(program: Path, mark: int, run: Run) -> str:
    """Return the program with an arrow on the marked line and one on each line where it stands."""
    stands = {place.line for place in run.places} | set(run.starved) | set(run.lost)
    rows = []
    for number, line in enumerate(program.read_text().splitlines(), 1):
        arrow = ("marked " if number == mark else "") + ("here" if number in stands else "")
        rows.append(f"  {arrow.strip() and arrow.strip() + ' ->':>14} {number:3}  {line}")
    return "\n".join(rows)
