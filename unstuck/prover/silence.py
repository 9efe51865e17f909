"""Judges, from outside, a child whose own observer gets no turn: C code holds the interpreter."""

from __future__ import annotations

import os
import signal
import time
from itertools import islice
from typing import Literal

from unstuck.prover import kernel

CPU = 2.0  # seconds of processor time in which the observer inside never had a turn
LOOKS = 8  # looks in a row at an interpreter that nobody can use
PROCESSES = 200  # that a run may have at a time
MEMORY = 2 << 30  # bytes, its child processes included; where the observer inside has its turn, it stops at half of it
HARD = 120.0  # real seconds after which a run is given up, whatever it does

FAULT = signal.SIGRTMAX - 1
"""The signal that makes faulthandler write the stacks, in C; programs use SIGUSR1 and SIGUSR2 themselves."""

_TURN = 0.02  # seconds; a thread asks for its turn every 0.005 s

Verdict = tuple[Literal["spun", "stuck", "broke off"], str]


class Silence:
    """Looks at a child from time to time; `beat` is the file in which the child's observer counts its turns.

    The interpreter is held for ever when no beat comes, every thread either sleeps without a bound or asks for its
    turn, and none that sleeps has run since. A thread that asks is known by its sleep of a few milliseconds: one that
    computes is never seen asleep, one that sleeps longer in C wakes by itself.
    """

    def __init__(self, pid: int, beat: int) -> None:
        self._pid = pid
        self._beat = beat
        self._until = time.monotonic() + HARD
        self._begin(b"")

    def _begin(self, beats: bytes) -> None:
        self._beats, self._cpu, self._looks = beats, kernel.cpu_seconds(self._pid), 0
        self._asks: set[str] = set()
        self._sleeps: dict[str, str] = {}

    def look(self) -> Verdict | None:
        """Return how the run ended and why, or None while it may still report."""
        if time.monotonic() > self._until:
            return "broke off", f"no end and no verdict in {HARD:.0f} s of real time"
        if why := self._too_much():
            return "broke off", why
        beats = os.pread(self._beat, 8, 0)
        if beats != self._beats:
            self._begin(beats)
        elif kernel.stopped(self._pid):
            return "broke off", "the process has stopped itself"
        elif kernel.cpu_seconds(self._pid) - self._cpu > CPU:
            return "spun", "computes in C and never gives up the interpreter"
        elif self._held():
            return "stuck", "waits in C and never gives up the interpreter"
        return None

    def _too_much(self) -> str | None:
        family = [self._pid, *islice(kernel.descendants(self._pid), PROCESSES)]
        if len(family) > PROCESSES:
            return f"started more than {PROCESSES} processes"
        if sum(map(kernel.memory, family)) > MEMORY and sum(map(kernel.own_memory, family)) > MEMORY:
            return f"took more than {MEMORY >> 30} GB of memory, its child processes included"
        return None

    def _held(self) -> bool:
        sleeps: dict[str, str] = {}
        unknown: set[str] = set()
        try:
            for tid in os.listdir(f"/proc/{self._pid}/task"):
                runs, wait = kernel.sleeps_in(self._pid, tid)
                if wait is None:
                    sleeps[tid] = runs
                elif 0.0 < wait < _TURN:
                    self._asks.add(tid)
                elif tid not in self._asks:
                    unknown.add(tid)
        except OSError:
            return False
        self._looks = self._looks + 1 if sleeps == self._sleeps else 0
        self._sleeps = sleeps
        return self._looks >= LOOKS and not unknown and bool(sleeps)

    def busiest(self) -> int:
        """Return the thread that has used the most processor time."""
        tids = os.listdir(f"/proc/{self._pid}/task")
        return int(max(tids, key=lambda tid: kernel.cpu_seconds(self._pid, tid)))
