"""Fixtures that several groups of tests share."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from unstuck.prover import Prover


@pytest.fixture(scope="session")
def prover() -> Iterator[Prover]:
    """One prover for the whole run: its first run costs seconds, each further one a fraction of one."""
    with Prover() as prover:
        yield prover


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Let the processes of a test listen to Ctrl-C, which a shell has its background jobs ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
