"""Count the calls of a fake, and those that are under way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from unstuck.fakes.gate import Gate

on_call: list[Callable[[], None]] = []
"""Called in the calling thread or task on every counted call of any fake."""


class Calls:
    """The calls of one fake: how many in `total`, how many of them `in_flight`.

    `entered` opens with the first call, for whoever must not begin before it.
    """

    def __init__(self) -> None:
        self.total = 0
        self.in_flight = 0
        self.entered = Gate()
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Calls(total={self.total}, in_flight={self.in_flight})"

    @contextmanager
    def count(self) -> Iterator[int]:
        """Count what happens inside as one call; give its number, from 1."""
        with self._lock:
            self.total += 1
            self.in_flight += 1
            number = self.total
        try:
            for hook in on_call:
                hook()
            self.entered.open()
            yield number
        finally:
            with self._lock:
                self.in_flight -= 1
