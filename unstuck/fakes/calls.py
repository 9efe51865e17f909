"""Count the calls of a fake, and those that are under way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType

from unstuck.fakes.gate import Gate

on_call: list[Callable[[], None]] = []
"""Called in the calling thread or task on every counted call of any fake."""


class Calls:
    """The calls of one fake; `with calls as number:` goes around each, and numbers it from 1.

    `entered` opens with the first call, for whoever must not begin before it.
    """

    def __init__(self) -> None:
        self.total = 0
        self.in_flight = 0
        self.entered = Gate()
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Calls(total={self.total}, in_flight={self.in_flight})"

    def __enter__(self) -> int:
        with self._lock:
            self.total += 1
            number = self.total
        for hook in on_call:
            hook()
        with self._lock:
            self.in_flight += 1
        self.entered.open()
        return number

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._lock:
            self.in_flight -= 1
