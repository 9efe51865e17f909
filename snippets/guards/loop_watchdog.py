"""Say which line blocks the event loop while it blocks it.

    async with LoopWatchdog():
        await serve()

A blocked loop cannot report itself, so a thread asks it for a sign of life again and again.
When none comes in time, the thread looks at the stack of the loop's thread, once for each block.

It cannot see a C call that holds the interpreter lock (a regular expression, say): that keeps this thread out as well.
There, `py-spy dump` shows the line.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import sys
import sysconfig
import threading
import time
import traceback
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self, TypeAlias

log = logging.getLogger(__name__)

# The loop puts its thread's id as a sign of life, `stop` puts None.
_Signs: TypeAlias = "queue.SimpleQueue[int | None]"

_LIBRARIES = tuple(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))


@dataclass(frozen=True)
class Block:
    """What the loop's thread was doing when the loop gave no sign of life.

    Attributes:
        line: The innermost line of your own code, as `path:number in function: source`.
        stack: The whole stack, outermost call first, as in a traceback.
        seconds: How long the loop had been silent by then.
    """

    line: str
    stack: traceback.StackSummary
    seconds: float


def log_block(block: Block) -> None:
    """Log the line and the stack; what `LoopWatchdog` does unless told otherwise."""
    stack = "".join(block.stack.format())
    log.warning("event loop blocked for %.1f s so far by %s\n%s", block.seconds, block.line, stack)


def log_release(block: Block, seconds: float) -> None:
    """Log that the loop runs again, and how long it did not."""
    log.warning("event loop runs again after %.1f s, was blocked by %s", seconds, block.line)


class LoopWatchdog:
    """Watch one event loop from a daemon thread.

    Args:
        threshold: Seconds without a sign of life that count as blocked.
        interval: Seconds between a sign of life and the next question.
        on_block: Called once for each block, in the watchdog's thread, while the loop is still blocked.
        on_release: Called when the loop runs again, with the whole length of the block in seconds.
    """

    def __init__(
        self,
        threshold: float = 0.5,
        interval: float = 0.1,
        on_block: Callable[[Block], None] = log_block,
        on_release: Callable[[Block, float], None] = log_release,
    ) -> None:
        self._threshold = threshold
        self._interval = interval
        self._on_block = on_block
        self._on_release = on_release
        self._thread: threading.Thread | None = None
        self._signs: _Signs = queue.SimpleQueue()

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to watch a loop; any thread may call it, before the loop runs or while it does."""
        if self._thread is not None:
            raise RuntimeError("a LoopWatchdog watches one loop: stop it first, or make another")
        self._signs = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, args=(loop,), name="loop-watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop watching, and wait up to a second for the thread to end."""
        if self._thread is not None:
            self._signs.put(None)
            self._thread.join(1)
            self._thread = None

    async def __aenter__(self) -> Self:
        self.watch(asyncio.get_running_loop())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stop()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        signs = self._signs
        thread = self._await_sign(loop, signs, None)
        while thread is not None:
            try:
                thread = signs.get(timeout=self._interval)  # No question is open: only `stop` puts one.
            except queue.Empty:
                thread = self._await_sign(loop, signs, thread)

    def _await_sign(self, loop: asyncio.AbstractEventLoop, signs: _Signs, thread: int | None) -> int | None:
        """Return the loop's thread once the loop gives a sign of life, or `None` when the watch is over."""
        try:
            loop.call_soon_threadsafe(_give_sign, signs)
        except RuntimeError:  # The loop is closed.
            return None
        asked, block = time.monotonic(), None
        while True:
            try:
                sign = signs.get(timeout=None if block else self._threshold)
            except queue.Empty:
                block = _look(loop, thread, time.monotonic() - asked)
                if block:
                    _call(self._on_block, block)
            else:
                if block and sign:
                    _call(self._on_release, block, time.monotonic() - asked)
                return sign


def _give_sign(signs: _Signs) -> None:
    signs.put(threading.get_ident())


def _look(loop: asyncio.AbstractEventLoop, thread: int | None, seconds: float) -> Block | None:
    """Return what blocks the loop, or `None` where it waits for work or does not run at all."""
    ident: int = thread or getattr(loop, "_thread_id", None) or 0
    frame = sys._current_frames().get(ident)  # noqa: SLF001  # There is no public name for it.
    if frame is None or not loop.is_running() or _idle(frame):
        return None
    stack = traceback.extract_stack(frame)
    own = [entry for entry in stack if not entry.filename.startswith((*_LIBRARIES, "<"))]
    line = (own or stack)[-1]
    return Block(f"{line.filename}:{line.lineno} in {line.name}: {line.line}", stack, seconds)


def _idle(frame: types.FrameType) -> bool:
    """Tell whether the innermost call is the loop's own: it waits for work, or the machine is short of CPU."""
    if any(outer.f_globals is globals() for outer, _ in traceback.walk_stack(frame)):
        return True  # It is starting or stopping the watch, or giving the sign of life.
    if frame.f_globals.get("__name__") == "selectors" and frame.f_back:
        frame = frame.f_back
    return str(frame.f_globals.get("__name__")).startswith("asyncio.")


def _call(callback: Callable[..., None], *args: object) -> None:
    try:
        callback(*args)
    except Exception:
        log.exception("the watchdog's callback failed")
