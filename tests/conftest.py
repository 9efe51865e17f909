"""Fixtures that several groups of tests share."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from unstuck.prover import Prover

FENCES = "import sys; from unstuck.prover import fence; sys.exit(not (fence.network() and fence.files(sys.argv[1])))"


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


@pytest.fixture(scope="session")
def kernel_fences(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip where the kernel does not let this user fence a process off the network and the other files."""
    if subprocess.run([sys.executable, "-c", FENCES, tmp_path_factory.mktemp("fences")], check=False).returncode:
        pytest.skip("the kernel lets this user have no network namespace, or has no Landlock")
