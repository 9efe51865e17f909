"""What contributors run in a clone: check a cause, write its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unstuck.catalogue import Cause, cause, causes, root
from unstuck.problem import Problem

if TYPE_CHECKING:
    from unstuck.proofs import Proof

Slugs = Annotated[list[str] | None, typer.Argument(help="Slugs of causes; all of them when none is given.")]


def evidence(slugs: Slugs = None) -> None:
    """Run the programs of causes, and without a slug the debug steps, and write all that is made from the runs."""
    from unstuck import captures, data
    from unstuck import evidence as evidence_files
    from unstuck.proofs import Proof
    from unstuck.prover import Prover

    changed: list[Path] = []
    with Prover() as prover:
        for entry in _chosen(slugs):
            changed += evidence_files.write(entry.evidence, evidence_files.files(Proof(entry, prover)))
    changed += [] if slugs else data.write(root())
    for folder, texts in ({} if slugs else captures.capture(captures.folders())).items():
        changed += evidence_files.write(folder / "evidence", texts)
    for path in changed:
        typer.echo(f"wrote {path}")


def check(slugs: Slugs = None) -> None:
    """Prove causes, and list what is missing, in the order to do it."""
    from unstuck.finder import proof as finder
    from unstuck.proofs import Proof
    from unstuck.prover import Prover

    found = 0
    with Prover() as prover:
        for entry in _chosen(slugs):
            proof = Proof(entry, prover)
            steps = (proof.problems, proof.needless, partial(finder.problems, entry), partial(_stale, proof))
            problems = next(filter(None, (list(_caught(step)) for step in steps)), [])
            found += len(problems)
            typer.echo("\n".join(map(str, problems)) or f"{entry.slug}: proved")
    raise typer.Exit(1 if found else 0)


def _stale(proof: Proof) -> Iterator[Problem]:
    from unstuck import evidence as evidence_files

    yield from evidence_files.differences(proof.cause.evidence, evidence_files.files(proof))


def _chosen(slugs: list[str] | None) -> list[Cause]:
    return [cause(slug) for slug in slugs] if slugs else causes()


def _caught(yields: Callable[[], Iterable[Problem]]) -> Iterator[Problem]:
    """Yield the problems of one step, the one that ends it early included."""
    try:
        yield from yields()
    except Problem as problem:
        yield problem
