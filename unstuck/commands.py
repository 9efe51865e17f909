"""What contributors run in a clone: check a cause, write its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Annotated

import typer

from unstuck.catalogue import Cause, cause, causes
from unstuck.problem import Problem

Slugs = Annotated[list[str] | None, typer.Argument(help="Slugs of causes; all of them when none is given.")]


def evidence(slugs: Slugs = None) -> None:
    """Run the programs of causes and write what pages show of the runs."""
    from unstuck import evidence as evidence_files
    from unstuck.proofs import Proof
    from unstuck.prover import Prover

    with Prover() as prover:
        for entry in _chosen(slugs):
            for path in evidence_files.write(Proof(entry, prover)):
                typer.echo(f"wrote {path}")


def check(slugs: Slugs = None) -> None:
    """Prove causes, and list what is missing, in the order to do it."""
    from unstuck import evidence as evidence_files
    from unstuck.proofs import Proof
    from unstuck.prover import Prover

    found = 0
    with Prover() as prover:
        for entry in _chosen(slugs):
            proof = Proof(entry, prover)
            steps = (proof.problems, proof.needless, partial(evidence_files.differences, proof))
            problems = next(filter(None, (list(_caught(step)) for step in steps)), [])
            found += len(problems)
            typer.echo("\n".join(map(str, problems)) or f"{entry.slug}: proved")
    raise typer.Exit(1 if found else 0)


def _chosen(slugs: list[str] | None) -> list[Cause]:
    return [cause(slug) for slug in slugs] if slugs else causes()


def _caught(yields: Callable[[], Iterable[Problem]]) -> Iterator[Problem]:
    """Yield the problems of one step, the one that ends it early included."""
    try:
        yield from yields()
    except Problem as problem:
        yield problem
