"""Say which lines hold the threads of the event loop's default pool while no thread is free.

    async with PoolWatchdog():
        await serve()

`ainvoke` runs each synchronous step in a thread of that pool; when all are taken, the next step waits, and nothing
says so. The watchdog asks the pool for a sign of life again and again. When none comes in time, it looks at what each
thread of the pool is doing, once for each time that the pool is full.

It is a task of the event loop: while that is blocked, it sees nothing. Other pools, such as the one in which FastAPI
runs `def` endpoints, are not watched.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import sysconfig
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

log = logging.getLogger(__name__)

_LIBRARIES = tuple(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))


@dataclass(frozen=True)
class Full:
    """What the pool's threads were doing when the pool gave no sign of life.

    Attributes:
        lines: For each line, how many threads are at it: the innermost of your own code, as
            `path:number in function: source`, or the innermost of all. Most frequent first.
        seconds: How long a step that was handed to the pool had been waiting by then.
    """

    lines: dict[str, int]
    seconds: float


def log_full(full: Full) -> None:
    """Log where the threads are; what `PoolWatchdog` does unless told otherwise."""
    lines = "".join(f"\n  {count} at {line}" for line, count in full.lines.items())
    log.warning("no thread of the pool was free for %.1f s so far; its threads:%s", full.seconds, lines)


def log_free(full: Full, seconds: float) -> None:
    """Log that there is a free thread again, and how long a step had to wait for it."""
    log.warning("the pool has a free thread again, after %.1f s", seconds)


class PoolWatchdog:
    """Watch the default pool of the running event loop, from a task of that loop.

    Args:
        threshold: Seconds that a step waits for a thread until the pool counts as full.
        interval: Seconds between a sign of life and the next question.
        on_full: Called once for each time that the pool is full, while it still is, in the event loop's thread.
        on_free: Called when a thread is free again, with the seconds that it took.
    """

    def __init__(
        self,
        threshold: float = 1.0,
        interval: float = 1.0,
        on_full: Callable[[Full], None] = log_full,
        on_free: Callable[[Full, float], None] = log_free,
    ) -> None:
        self._threshold = threshold
        self._interval = interval
        self._on_full = on_full
        self._on_free = on_free
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if self._task is not None:
            raise RuntimeError("this PoolWatchdog already watches: make another")
        self._task = asyncio.create_task(self._run(), name="pool-watchdog")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                sign = loop.run_in_executor(None, _give_sign)
            except RuntimeError:  # The pool is shut down.
                return
            try:
                await self._await(loop, sign)
            finally:
                sign.cancel()  # An open question would wait for a thread for nothing.
            await asyncio.sleep(self._interval)

    async def _await(self, loop: asyncio.AbstractEventLoop, sign: asyncio.Future[None]) -> None:
        asked = time.monotonic()
        await asyncio.wait([sign], timeout=self._threshold)
        if sign.done():
            return
        full = Full(_lines(loop), time.monotonic() - asked)
        _call(self._on_full, full)
        await asyncio.wait([sign])
        _call(self._on_free, full, time.monotonic() - asked)


def _give_sign() -> None:
    """Be run by a thread of the pool; that is all."""


def _lines(loop: asyncio.AbstractEventLoop) -> dict[str, int]:
    """Return where the threads of the loop's default pool are."""
    # Neither name is public; without them the report has no lines.
    threads: set[threading.Thread] = getattr(getattr(loop, "_default_executor", None), "_threads", set())
    frames = sys._current_frames()  # noqa: SLF001  # There is no public name for it.
    stacks = (traceback.extract_stack(frames[thread.ident]) for thread in threads if thread.ident in frames)
    return dict(Counter(map(_line, stacks)).most_common())


def _line(stack: traceback.StackSummary) -> str:
    own = [entry for entry in stack if not entry.filename.startswith((*_LIBRARIES, "<"))]
    line = (own or stack)[-1]
    return f"{line.filename}:{line.lineno} in {line.name}: {line.line}"


def _call(callback: Callable[..., None], *args: object) -> None:
    try:
        callback(*args)
    except Exception:
        log.exception("the watchdog's callback failed")
