"""What every cause and every page promises, step by step; a contributor writes no test."""

from __future__ import annotations

from functools import cache, partial

import pytest

from unstuck import checks
from unstuck.catalogue import Cause, causes, root
from unstuck.mutants import mutants
from unstuck.problem import caught
from unstuck.proofs import Proof
from unstuck.prover import Prover


@cache
def proof_of(cause: Cause, prover: Prover) -> Proof:
    return Proof(cause, prover)


@pytest.fixture(params=causes(), ids=lambda cause: cause.slug)
def proof(request: pytest.FixtureRequest, prover: Prover) -> Proof:
    return proof_of(request.param, prover)


@pytest.mark.parametrize("step", checks.STEPS)
def test_a_cause_is_proved(proof: Proof, step: str) -> None:
    """Whatever is asked of a contribution is true of every cause."""
    assert "\n\n".join(map(str, caught(partial(checks.STEPS[step], proof)))) == ""


def test_every_mutant_is_seen(proof: Proof) -> None:
    """With another kind, marker, answer or scenario, or another program in its place, the proof fails."""
    assert [mutant.what for mutant in mutants(proof) if not mutant.killed and not mutant.right] == []


@pytest.mark.parametrize("step", checks.OF_THE_CLONE)
def test_the_catalogue_is_whole(step: str) -> None:
    """Every page has its form, and what is made from the catalogue is up to date."""
    assert "\n\n".join(map(str, caught(partial(checks.OF_THE_CLONE[step], root())))) == ""
