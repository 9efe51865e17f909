"""The thread that watches the program from outside its code, lets time pass, and finds out how it ends.

It looks at every thread of the process again and again. When none can move, it lets the next timer fire; when there
is none either, the program is stuck. No span of real time decides anything. A program that goes on and on meets one
of four limits: `loops.PASSES` of one loop, `CALLS` of fakes, `JUMPS` of the clock, and `spin.CPU` seconds of
processor time in one stretch, without a rest or a call.
"""

from __future__ import annotations

import _thread
import mmap
import threading
import time
from collections.abc import Callable

from unstuck.prover import dumps, kernel
from unstuck.prover.clock import CLOCK
from unstuck.prover.frames import Place, waiting_since
from unstuck.prover.loops import Loop, Loops
from unstuck.prover.reader import Reader
from unstuck.prover.run import End, Run
from unstuck.prover.spin import CPU, CPU_TO_IMPORT, Spin, header

TICK = 0.0002  # real seconds from one look to the next while nothing moves
SLOW_TICK = 0.004  # the same while something moves
LOOKS = 1  # looks equal to the one before, after which nothing moves
LOOKS_AT_C = 4  # the same while a thread will wake by itself: it may only be waiting for the interpreter
LOOKS_IN_TRANSIT = 1000  # the same while the kernel has bytes to deliver: their reader may not want them
LONGEST = 60.0  # real seconds that C code may wait
LOOKS_AT_CHILDREN = 500  # at child processes that are busy when the answer is there: they may be about to end
HORIZON = 4 * 3600.0  # virtual seconds
JUMPS = 2000
MEMORY = 1 << 30  # bytes
CALLS = 60  # of fakes; no healthy program of this collection needs as many

Stop = Callable[[End, str, list[Place]], None]

_real_sleep = time.sleep


class Observer:
    """Watches one program; `stop` is called once with the end that it found and why."""

    def __init__(self, reader: Reader, run: Run, beat: mmap.mmap, stop: Stop) -> None:
        self.loaded = self.answered = False
        self.rough = False  # some seconds were waited for in C, where they cannot be told to the millisecond
        self.calls = CALLS
        self.cpu = CPU
        self.loops = Loops(self._too_many_passes)
        self._reader, self._run, self._beat, self._stop = reader, run, beat, stop
        self._settled: Callable[[], object] | None = None
        self._given_up: tuple[str, list[Place]] | None = None
        self._in_c: dict[tuple[str, str], float] = {}
        self._jumps = 0
        self._patience = LOOKS_AT_CHILDREN

    def start(self) -> None:
        _thread.start_new_thread(self._watch, ())

    def call_when_settled(self, then: Callable[[], object]) -> None:
        """Call something once, as soon as nothing in the process moves without time passing."""
        self._settled = then

    def count_call(self) -> None:
        """Count a call of a fake; one too many does not return."""
        self._run.calls += 1
        if self._run.calls > self.calls:
            self._give_up(f"made {self.calls} calls and goes on", [])

    def _too_many_passes(self, loop: Loop) -> None:
        self._give_up(f"went round the loop {loop.passes:,} times and goes on", [header(loop, self._reader)])

    def _give_up(self, why: str, places: list[Place]) -> None:
        """Hold the calling thread for ever; the verdict follows when the others have come to rest."""
        self._given_up = self._given_up or (why, places)
        lock = _thread.allocate_lock()
        lock.acquire()
        lock.acquire()

    def _watch(self) -> None:
        try:
            self._look_again_and_again()
        except BaseException:
            import traceback

            self._stop("broke off", traceback.format_exc(), [])

    def _look_again_and_again(self) -> None:
        self._me = threading.get_ident()
        native = threading.get_native_id()
        before: kernel.Rest | None = None
        spin = self._spin()
        looks = beats = 0
        pause = TICK
        while True:
            _real_sleep(pause)
            beats += 1
            self._beat[:] = beats.to_bytes(8, "little")
            now = kernel.at_rest(except_for=native, children=self._settled is None or self._patience > 0)
            self._patience -= self._settled is not None
            if now is None or before is None or now.keys() != before.keys():
                looks, before = 0, now
                pause = 0.0 if now else min(max(pause * 2, TICK), SLOW_TICK)
                spin = spin if spin.goes_on(self._limit(), self._run.calls) else self._spin()
                self._judge(spin)
                continue
            looks += 1
            if looks < self._needed(now):
                pause = TICK
            elif self._go_on(now):
                before, looks, pause, spin = None, 0, TICK, self._spin()
            else:
                pause = SLOW_TICK

    def _needed(self, rest: kernel.Rest) -> int:
        """Return after how many looks equal to the one before nothing moves."""
        if kernel.in_transit():
            return LOOKS_IN_TRANSIT
        return LOOKS if set(rest.values()) <= {None} else LOOKS_AT_C

    def _spin(self) -> Spin:
        return Spin(self._reader, self.loops, self._limit(), self._run.calls)

    def _limit(self) -> float:
        return self.cpu if self.loaded else CPU_TO_IMPORT

    def _judge(self, spin: Spin) -> None:
        """End the run of a program that takes too much."""
        places = spin.places()
        if places is not None:
            why, known = self._given_up or (f"used {spin.limit:g} s of processor time and goes on", places)
            self._stop("spun", why, known)
        if kernel.memory() > MEMORY:
            self._stop("broke off", f"took more than {MEMORY >> 30} GB of memory", self._standing())

    def _go_on(self, rest: kernel.Rest) -> bool:
        """Let the next thing happen in a process at rest, or end the run; tell whether anything was to be done."""
        if self._settled:
            then, self._settled = self._settled, None
            then()
            return True
        if self._given_up:
            why, places = self._given_up
            standing = self._standing()
            self._stop("spun", why, places or [place for place in standing if place.in_fake] or standing)
        self._in_c = {key: self._in_c.get(key, CLOCK.now + wait) for key, wait in rest.items() if wait is not None}
        if any(due <= CLOCK.now for due in self._in_c.values()):
            return False  # C code wakes when its real seconds have passed
        self._let_time_pass()
        return True

    def _let_time_pass(self) -> None:
        timer = CLOCK.due()
        in_c = min(self._in_c.values(), default=None)
        due = min((second for second in (timer, in_c) if second is not None), default=None)
        if due is None:
            self._stop("stuck", "nothing in the process can move, and no timer is running", self._standing())
            return
        if due > HORIZON:
            self._stop("stuck", f"nothing in the process can move before {due:.0f} s have passed", self._standing())
        if self._jumps >= JUMPS:
            self._stop("stuck", f"still there after {CLOCK.now:.0f} s", self._standing())
        self._jumps += 1
        self._account(due)
        if due == timer:
            CLOCK.jump()
        elif due - CLOCK.now > LONGEST:
            end: End = "stuck" if self.answered else "broke off"
            self._stop(end, f"C code waits for {due - CLOCK.now:.0f} s, in real time", self._standing())
        else:
            CLOCK.pass_until(due)
            self.rough = True

    def _first_look(self, places: list[Place]) -> None:
        self._run.stood += places
        looks = {"faulthandler": dumps.threads(), "tasks": dumps.tasks()}
        self._run.dumps |= {f"{look}, line {place.line}": looks[look] for place in places for look in looks}

    def _standing(self) -> list[Place]:
        return self._reader.places(self._me)

    def _account(self, until: float) -> None:
        """Book the seconds that are about to pass on the lines at which the program stands."""
        seconds = until - CLOCK.now
        if seconds <= 0 or self.answered:
            return
        spent, starved = self._run.spent, self._run.starved
        standing = set(self._reader.standing(self._me))
        if not spent.keys() >= {line for line, _ in standing}:
            self._first_look([place for place in self._standing() if place.line not in spent])
        for line in {line for line, _ in standing}:
            spent[line] = spent.get(line, 0.0) + seconds
        for line, loop in standing:
            since = waiting_since(loop, until) if loop else None
            if since is not None:
                starved[line] = starved.get(line, 0.0) + until - since
