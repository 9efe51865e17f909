"""Holds a process and everything that it starts: limits, adoption, the end of all of it."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import resource
import signal
from collections.abc import Container

from unstuck.prover import kernel

FORKS = 100
THREADS = 4096  # of all processes of this user
FILE = 256 << 20  # bytes of one file, the captured output included; beyond it a program gets an OSError

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, also of those in sessions of their own."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent() -> None:
    """Be killed when the parent ends, however it ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def limit() -> None:
    """Keep a program that wants everything from taking the machine with it."""
    for what, most in (
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, THREADS),  # the kernel does not ask it of root
    ):
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))
    with open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")
    _limit_forks()


def _limit_forks() -> None:
    """Let a process and those that it forks fork so many times in all; they double faster than anybody looks."""
    real, forks = os.fork, mmap.mmap(-1, 8)

    def fork() -> int:
        count = int.from_bytes(forks[:], "little") + 1
        forks[:] = count.to_bytes(8, "little")
        if count > FORKS:
            raise BlockingIOError(errno.EAGAIN, f"a proof may fork {FORKS} times")
        return real()

    os.fork = fork


def kill_descendants(besides: Container[int] = ()) -> None:
    """Kill the children of this process and theirs until none is left; those besides with all that they started."""
    while doomed := [pid for child in kernel.children_of() if child not in besides for pid in _tree(child)]:
        for pid in doomed:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for pid in doomed:
            try:
                os.waitpid(pid, 0)
            except ChildProcessError:  # a grandchild: it will be ours in a moment
                continue


def _tree(pid: int) -> list[int]:
    return [pid, *kernel.descendants(pid)]


def signal_thread(pid: int, tid: int, number: int) -> None:
    """Send a signal to one thread of another process."""
    _libc.tgkill(pid, tid, number)
