"""Everything that a cause must keep, looked at once: what `unstuck check` says of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ruff import find_ruff_bin

from unstuck import captures, data, evidence, folder, pages, text, twins
from unstuck.catalogue import Cause, causes, read
from unstuck.finder import proof as finder
from unstuck.matcher import proof as matcher
from unstuck.problem import Problem, caught
from unstuck.proofs import Proof
from unstuck.prover import verdict

Say = Callable[[str], object]
Step = Callable[[Proof], Iterator[Problem]]

_WRITTEN = {".py", ".toml", ".yml"}


def check(proof: Proof, say: Say) -> list[Problem]:
    """Prove a cause, write its evidence if it is proved, and return what is missing, in the order to do it.

    `say` is told what was seen, as soon as it is seen. The page is looked at once the programs are proved.
    """
    cause = proof.cause
    problems = [*caught(partial(folder.problems, cause))] or [*caught(partial(_proof, proof, say))]
    proved = not problems
    for step in (unwritten, lint) if cause.folder.is_dir() else ():
        problems += caught(partial(step, cause))
    if proved:
        problems += caught(partial(twins.problems, cause))
        problems += caught(partial(finder.problems, cause))
        problems += caught(partial(_written, proof, say))
        problems += pages.check_cause(cause)
    return problems


def _of_runs(step: Step) -> Step:
    """Return a step that asks nothing of a retired cause, which the locked versions do not have."""
    return lambda proof: iter(()) if proof.cause.facts.retired else step(proof)


def evidence_is_what_the_runs_show(proof: Proof) -> Iterator[Problem]:
    """Yield each file of the evidence that is not what the runs show today, byte for byte."""
    yield from evidence.differences(proof.cause.evidence, evidence.files(proof))


STEPS: dict[str, Step] = {
    "its files are portable and all used": lambda proof: folder.problems(proof.cause),
    "broken is stuck and fixed is not": _of_runs(Proof.problems),
    "the answer is earned": _of_runs(Proof.unearned),
    "every part of the fix is needed": _of_runs(Proof.needless),
    "nothing waits to be written": lambda proof: unwritten(proof.cause),
    "no other cause is the same": lambda proof: twins.problems(proof.cause),
    "the finder reports it and nothing else": lambda proof: finder.problems(proof.cause),
    "evidence is what the runs show": _of_runs(evidence_is_what_the_runs_show),
}
"""What the tests ask of a cause, in the order in which to put it right; `check` writes the evidence instead."""

OF_THE_CLONE: dict[str, Callable[[Path], Iterator[Problem]]] = {
    "nothing lies among the causes": folder.strays,
    "every page is whole": pages.check,
    "what is made from the catalogue is up to date": data.stale,
}
"""What the tests ask of a clone as a whole."""


def rest(at: Path, say: Say) -> list[Problem]:
    """Run the debug steps, write what they print, and return what is wrong with any page of a clone."""
    return [*caught(partial(_captures, at, say)), *folder.strays(at), *pages.check(at)]


def _captures(at: Path, say: Say) -> Iterator[Problem]:
    for step, texts in captures.capture(captures.folders(at)).items():
        _tell(evidence.write(step / "evidence", texts), at, say)
    yield from ()


def _proof(proof: Proof, say: Say) -> Iterator[Problem]:
    if proof.cause.facts.retired:
        say("It is retired. `make matrix` runs its programs with the versions that have it; its evidence stays.")
        return
    proof.begin()
    say(_where(proof))
    found = [*caught(proof.problems)]
    if not found:
        say(f"fixed.py {evidence.fixed_text(proof.fixed)}")
        if proof.programs:
            say(f"{len(proof.programs)} further programs do what cause.toml says.\n")
        found = [*proof.unearned(), *proof.needless()]
    yield from found


def _where(proof: Proof) -> str:
    """Return where the broken program is stuck, with its stack, and how that compares with the marker."""
    run, marked = proof.broken, proof.cause.mark()
    kind = verdict.kind(run, proof.fixed.seconds) or verdict.paused(run, proof.cause.facts.answer)
    lines = verdict.lines(run, kind) if kind else []
    if kind is None or not lines:
        return f"broken.py is marked at line {marked}, and no line of it was seen stuck.\n"
    line = marked if marked in lines else lines[0]
    compared = "the marked line" if line == marked else f"NOT the marked line, which is {marked}"
    shown = evidence.stuck_text(run, proof.cause.broken, line, proof.fixed.seconds)
    return f"It {kind} at line {line}, {compared}:\n{shown}"


def unwritten(cause: Cause) -> Iterator[Problem]:
    """Yield each line of a cause's folder that waits for its content."""
    for path in sorted(cause.folder.iterdir(), key=lambda path: (_ORDER.get(path.name, 9), path.name)):
        if path.suffix in _WRITTEN:
            for line, what in text.placeholders(read(path).splitlines()):
                yield Problem(path, line, what, text.UNWRITTEN)


_ORDER = {name: place for place, name in enumerate(("broken.py", "fixed.py", "proof.py", "cause.toml", "rule.yml"))}


def lint(cause: Cause) -> Iterator[Problem]:
    """Yield what ruff says of the programs of a cause, and each that it would format in another way."""
    for found in [*_ruff(cause, "check"), *_ruff(cause, "format", "--check")]:
        fix = (found["fix"] or {}).get("message") or f"`ruff rule {found['code']}` explains it."
        remedy = f"Run `ruff format {cause.folder}`." if found["code"] == "unformatted" else fix
        what = f"{found['message']} ({found['code']})"
        yield Problem(Path(found["filename"]), found["location"]["row"], what, remedy)


_READ_BEFORE = {"E902", "io", "invalid-syntax"}  # That a file is no text or no Python has been said by then.


def _ruff(cause: Cause, *command: str) -> list[dict[str, Any]]:
    arguments = [find_ruff_bin(), *command, "--output-format", "json", str(cause.folder)]
    done = subprocess.run(arguments, cwd=cause.clone, capture_output=True, text=True, check=False)
    found: list[dict[str, Any]] = json.loads(done.stdout or "[]")
    return [problem for problem in found if problem["code"] not in _READ_BEFORE]


def _written(proof: Proof, say: Say) -> Iterator[Problem]:
    """Write what is made from the runs and, of all causes, from their facts; yield what leads elsewhere."""
    at = proof.cause.clone
    retired = proof.cause.facts.retired
    changed = [] if retired else evidence.write(proof.cause.evidence, _evidence(proof, say))
    for other in causes(at):
        if other.evidence.is_dir():
            changed += text.write(
                {other.evidence / name: content for name, content in evidence.of_facts(other).items()}
            )
    _tell(changed + data.write(at), at, say)
    yield from matcher.problems(proof.cause, json.loads(read(at / "unstuck" / "causes.json")))


def _evidence(proof: Proof, say: Say) -> dict[str, str]:
    try:
        return evidence.files(proof)
    except Problem:
        say("The evidence stays as it is: a part of what it is made of is missing.")
        raise


def _tell(written: list[Path], at: Path, say: Say) -> None:
    for path in written:
        say(f"wrote {path.relative_to(at)}")
