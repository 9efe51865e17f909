"""Claims, programs and scenarios that are wrong, each made from a right one: the proof has to see it.

`make mutants` counts them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unstuck.catalogue import KINDS, causes, parse
from unstuck.changes import hunks
from unstuck.proofs import Proof
from unstuck.prover import Prover, verdict


@dataclass(frozen=True)
class Mutant:
    """What is wrong on purpose, and whether the proof sees it.

    A marker that is moved to a line at which the program stands as well is `right`: one thread waits for another.
    """

    what: str
    killed: bool
    right: bool = False


def mutants(proof: Proof) -> Iterator[Mutant]:
    """Yield every mutant of a cause."""
    yield from _of_the_fix(proof)
    yield from _of_the_claims(proof)
    for name in proof.cause.facts.programs:
        yield from _of_a_further_program(proof, name)


def _of_the_fix(proof: Proof) -> Iterator[Mutant]:
    """Yield what needs runs of its own: a program, its name or its scenario is another one."""
    for hunk in hunks(proof.cause):
        yield Mutant(f"fixed.py without its part at line {hunk.fixed[0] + 1}", not proof.survives(hunk))
    yield Mutant("broken.py without its stuck line", not proof.stuck_without_its_line())
    yield Mutant("broken.py and fixed.py under each other's name", not proof.told_by_its_name())
    yield Mutant("fixed.py with functions that all fail", not proof.answers_when_empty())
    yield Mutant("fixed.py told and asked something else", not proof.answers_what_nobody_said())
    constant = f"def drive(program):\n    return {proof.cause.facts.answer!r}\n"
    yield Mutant("a scenario that returns the answer", proof.not_stuck(proof.driven_by(constant)) is not None)


def _of_the_claims(proof: Proof) -> Iterator[Mutant]:
    facts, broken = proof.cause.facts, proof.cause.broken
    for kind in KINDS.keys() - {facts.kind}:
        yield Mutant(f"broken.py said to be one that {kind}", proof.not_stuck(proof.broken, kind=kind) is not None)
        yield Mutant(f"fixed.py said to be one that {kind}", proof.not_stuck(proof.fixed, kind=kind) is not None)
    for line in _statements(broken) - {proof.cause.mark()}:
        why = proof.not_stuck(proof.broken, line=line)
        yield Mutant(f"broken.py marked at line {line}", why is not None, right=bool(proof.broken.at(line)))
    for answer in _others(facts.answer):
        why = verdict.against_healthy(proof.fixed, answer, facts.seconds)
        yield Mutant(f"fixed.py said to return {answer!r}", why is not None)


def _of_a_further_program(proof: Proof, name: str) -> Iterator[Mutant]:
    path, claim, run = proof.cause.program(name), proof.cause.facts.programs[name], proof.programs[name]
    mark = proof.cause.mark(path) if claim.kind else 1
    for kind in KINDS.keys() - {claim.kind}:
        yield Mutant(f"{path.name} said to be one that {kind}", proof.not_as_claimed(name, kind, mark) is not None)
    if claim.kind:
        why = verdict.against_healthy(run, proof.cause.facts.answer, proof.cause.facts.seconds)
        yield Mutant(f"{path.name} said to be right", why is not None)
        for line in _statements(path) - {mark}:
            why = proof.not_as_claimed(name, claim.kind, line)
            yield Mutant(f"{path.name} marked at line {line}", why is not None, right=bool(run.at(line)))
    else:
        for answer in _others(claim.answer):
            why = verdict.against_healthy(run, answer, claim.seconds)
            yield Mutant(f"{path.name} said to return {answer!r}", why is not None)


def _statements(program: Path) -> set[int]:
    return {node.lineno for node in ast.walk(parse(program)) if isinstance(node, ast.stmt)}


def _others(answer: Any) -> Iterator[Any]:
    """Yield answers that are nearly the right one."""
    yield None
    yield f"{answer}."
    if isinstance(answer, list):
        yield answer[:-1]
        yield answer[::-1] if answer != answer[::-1] else [*answer, answer[-1]]
    elif isinstance(answer, dict):
        yield dict(list(answer.items())[:-1])
    elif answer and isinstance(answer, str):
        yield answer[:-1]


def main() -> None:
    """Print each mutant of the catalogue that survives, and how many do not."""
    total = killed = right = 0
    with Prover() as prover:
        for cause in causes():
            for mutant in mutants(Proof(cause, prover)):
                total, killed, right = total + 1, killed + mutant.killed, right + (mutant.right and not mutant.killed)
                if not mutant.killed:
                    print(f"{cause.slug}: {'right as well' if mutant.right else 'SURVIVES'}: {mutant.what}")
    print(f"{total} mutants: {killed} killed, {right} right as well, {total - killed - right} survive")


if __name__ == "__main__":
    main()
