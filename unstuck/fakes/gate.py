"""An event for threads and for the tasks of any event loop."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress


class Gate:
    """Open once, from any thread; wait without a timeout, from any thread or any event loop."""

    def __init__(self) -> None:
        self._opened: Future[None] = Future()

    @property
    def is_open(self) -> bool:
        return self._opened.done()

    def open(self) -> None:
        """Let everyone through, now and later; a second call changes nothing."""
        with suppress(InvalidStateError):
            self._opened.set_result(None)

    def wait(self) -> None:
        """Block the calling thread until the gate is open."""
        self._opened.result()

    async def opened(self) -> None:
        """Suspend the calling task until the gate is open."""
        loop, passed = asyncio.get_running_loop(), asyncio.Event()

        def wake(_: Future[None]) -> None:
            with suppress(RuntimeError):  # the loop of a waiter that gave up may be closed by now
                loop.call_soon_threadsafe(passed.set)

        self._opened.add_done_callback(wake)
        await passed.wait()
