"""Finds the line of a program that computes and never rests."""

from __future__ import annotations

import sys
import threading
import time
import weakref
from dataclasses import dataclass
from types import FrameType

from unstuck.prover import kernel
from unstuck.prover.frames import Place, thread_stack
from unstuck.prover.loops import Loop, Loops
from unstuck.prover.reader import Reader, name_of

CPU = 2.0  # seconds of processor time; no healthy program of this collection uses as many in one stretch
CPU_TO_IMPORT = 6.0  # until it is imported; a big library may take two
CPU_TO_CAPTURE = 60.0  # of a function that makes a text for a page, and is not judged


@dataclass
class _Sample:
    """What is under way at one moment: passes of loops, processor time and frames of the program by thread."""

    passes: weakref.WeakKeyDictionary[Loop, int]
    cpu: dict[int, float]
    frames: dict[int, list[FrameType]]


class Spin:
    """The processor time of the program since its last rest or call of a fake."""

    def __init__(self, reader: Reader, loops: Loops, limit: float, calls: int) -> None:
        self._reader, self._loops, self.limit, self._calls = reader, loops, limit, calls
        self._since = _cpu_of_program()
        self._half_way: _Sample | None = None

    def goes_on(self, limit: float, calls: int) -> bool:
        """Tell whether it is still the same stretch of computing."""
        return (self.limit, self._calls) == (limit, calls)

    def places(self) -> list[Place] | None:
        """Return where the program spins, or None while it may still end.

        What spins was under way half-way already and has not ended since: a loop that has gone on going round, or
        else the innermost call in which the busiest thread has been. So it does not matter where it is right now.
        """
        if _cpu_of_program() - self._since < self.limit / 2:
            return None
        before, self._half_way, self._since = self._half_way, self._sample(), _cpu_of_program()
        return self._between(before, self._half_way) if before else None

    def _between(self, before: _Sample, now: _Sample) -> list[Place]:
        grown = [loop for loop, passes in now.passes.items() if passes > before.passes.get(loop, passes)]
        if grown:
            return [header(loop, self._reader) for loop in grown]
        busiest = max(now.cpu, key=lambda ident: now.cpu[ident] - before.cpu.get(ident, 0.0))
        pairs = zip(before.frames.get(busiest, ()), now.frames[busiest], strict=False)
        common = [frame for frame, same in pairs if frame is same]
        return [_place(common[-1], self._reader)] if common else []

    def _sample(self) -> _Sample:
        sample = _Sample(self._loops.passes(), {}, {})
        natives = {thread.ident: thread.native_id for thread in threading.enumerate()}
        for ident, innermost in sys._current_frames().items():
            if ident != threading.get_ident():
                sample.frames[ident] = [frame for frame, _ in thread_stack(innermost) if self._reader.owns(frame)]
                sample.cpu[ident] = kernel.thread_cpu_seconds(natives.get(ident))
        return sample


def header(loop: Loop, reader: Reader) -> Place:
    """Return the head of a loop as a place."""
    return Place(loop.line, name_of(loop.function), reader.text(loop.line), "thread")


def _place(frame: FrameType, reader: Reader) -> Place:
    return Place(frame.f_lineno, name_of(frame.f_code), reader.text(frame.f_lineno), "thread")


def _cpu_of_program() -> float:
    """Return the processor time of the process but for that of the calling thread."""
    return time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID) - time.clock_gettime(time.CLOCK_THREAD_CPUTIME_ID)
