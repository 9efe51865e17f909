"""Fixtures that several groups of tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from unstuck.prover import Prover


@pytest.fixture(scope="session")
def prover() -> Iterator[Prover]:
    """One prover for the whole run: its first run costs seconds, each further one a fraction of one."""
    with Prover() as prover:
        yield prover
