"""Virtual time: it stands still while anything moves, and jumps to the next timer when nothing does.

Every timed wait that Python code starts becomes an untimed one in the kernel and a timer here (`waits`).
Only the observer fires timers, and only when nothing in the process can move; so a busy machine decides nothing.
`datetime.now()`, `time.localtime()` and processor time stay real.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

EPOCH = 1_800_000_000.0

CROWD = 50  # timers; one by one they fire in the same order in every run, a thousand of them would take minutes

_real_monotonic = time.monotonic
_CLOCKS = {"time": EPOCH, "monotonic": 0.0, "perf_counter": 0.0}

Key = tuple[float, int]
"""When a timer is due, in virtual seconds, and a number that keeps equal times in the order of their making."""


class Clock:
    """The timers of the process."""

    def __init__(self) -> None:
        self._passed = 0.0
        self._since: float | None = None
        self._timers: dict[Key, Callable[[], None]] = {}
        self._numbers = itertools.count()

    @property
    def now(self) -> float:
        """The seconds that have passed since the program started."""
        return self._passed if self._since is None else self._passed + _real_monotonic() - self._since

    def add(self, delay: float, fire: Callable[[], None]) -> Key:
        """Add a timer and return its key."""
        key = (self.now + max(delay, 0.0), next(self._numbers))
        self._timers[key] = fire
        return key

    def drop(self, key: Key) -> None:
        """Remove a timer, fired or not."""
        self._timers.pop(key, None)

    def due(self) -> float | None:
        """Return the second of the next timer."""
        return min(list(self._timers), default=(None, 0))[0]

    def jump(self) -> None:
        """Move on to the next timer and fire it; of a crowd that is due at the same second, fire all."""
        first = min(self._timers)
        due = sorted(key for key in list(self._timers) if key[0] == first[0])
        self.pass_until(first[0])
        for key in due if len(due) > CROWD else [first]:
            self._timers.pop(key)()

    def pass_until(self, second: float) -> None:
        """Move on to a second; time never goes back."""
        self._passed = max(self._passed, second)

    def run(self) -> None:
        """Go on with real time: in a forked child, which no observer watches."""
        self._since = _real_monotonic()


CLOCK = Clock()


@contextmanager
def timer(seconds: float, fire: Callable[[], None]) -> Iterator[None]:
    """Have something done after so many seconds, unless the block ends before."""
    key = CLOCK.add(seconds, fire)
    try:
        yield
    finally:
        CLOCK.drop(key)


@contextmanager
def alarm(seconds: float) -> Iterator[int]:
    """Give a descriptor that becomes readable after so many seconds."""
    descriptor = os.eventfd(0)
    try:
        with timer(seconds, lambda: os.eventfd_write(descriptor, 1)):
            yield descriptor
    finally:
        os.close(descriptor)


def readings() -> dict[str, Callable[[], float]]:
    """Return the stand-ins for the clocks of `time`."""

    def reading(base: float) -> Callable[[], float]:
        return lambda: base + CLOCK.now

    def nanoseconds(base: float) -> Callable[[], float]:
        return lambda: int((base + CLOCK.now) * 1_000_000_000)

    seconds = {name: reading(base) for name, base in _CLOCKS.items()}
    return seconds | {f"{name}_ns": nanoseconds(base) for name, base in _CLOCKS.items()}


Binding = tuple[ModuleType, str, str]
"""A module, the name that it gives to a function of `time`, and the function's own name."""


def bindings() -> list[Binding]:
    """Return where `from time import …` has bound a clock or `sleep` in the imported modules."""
    real = {id(getattr(time, name)): name for name in ("sleep", *readings())}
    modules: list[tuple[str, Any]] = list(sys.modules.items())
    return [
        (module, attribute, real[id(value)])
        for name, module in modules
        if isinstance(module, ModuleType) and module is not time and not name.startswith("unstuck.prover")
        for attribute, value in list(vars(module).items())
        if id(value) in real
    ]
