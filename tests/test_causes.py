"""What every page promises, proved for every cause; a contributor writes no test."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest

from unstuck import data, evidence
from unstuck.catalogue import Cause, causes, root
from unstuck.problem import Problem
from unstuck.proofs import Proof
from unstuck.prover import Prover


@cache
def proof_of(cause: Cause, prover: Prover) -> Proof:
    return Proof(cause, prover)


@pytest.fixture(params=causes(), ids=lambda cause: cause.slug)
def proof(request: pytest.FixtureRequest, prover: Prover) -> Proof:
    return proof_of(request.param, prover)


def test_broken_is_stuck_and_fixed_is_not(proof: Proof) -> None:
    """The broken program is stuck at its marked line, the fixed one and each further one do as is said of them."""
    assert _said(proof.problems()) == ""


def test_every_part_of_the_fix_is_needed(proof: Proof) -> None:
    """Undo any part of the fix, or take the stuck line away, and the proof fails."""
    assert _said(proof.needless()) == ""


def test_evidence_is_what_the_runs_show(proof: Proof) -> None:
    """Every output on a page is what a run shows today, byte for byte."""
    assert _said(evidence.differences(proof.cause.evidence, evidence.files(proof))) == ""


def _said(problems: Iterable[Problem]) -> str:
    return "\n\n".join(str(problem) for problem in problems)


def test_what_is_made_from_the_catalogue_is_up_to_date() -> None:
    """The data of the tool and of the site, and the index of errors, are what `make evidence` writes today."""
    made = data.made(root())
    assert made == {path: path.read_text(encoding="utf-8") for path in made}
