"""The reader's program: which frames are its own, and where in it threads and tasks stand."""

from __future__ import annotations

import asyncio
import linecache
import sys
import threading
from collections.abc import Iterator
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE
from types import CodeType, FrameType
from typing import Literal

from unstuck.prover.frames import (
    RUN_ONCE,
    Call,
    Place,
    Stack,
    await_chain,
    blocked_loop,
    in_selector,
    pending_tasks,
    thread_stack,
)
from unstuck.prover.waits import STANDS_FOR

_HIDDEN = ("unstuck.", "unstuck_proof")


class Reader:
    """The reader's program: tells its frames from the others."""

    def __init__(self, path: str, source: str) -> None:
        self.path = path
        linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)

    def owns(self, frame: FrameType) -> bool:
        """Tell whether a frame runs the reader's program."""
        return frame.f_code.co_filename == self.path

    def text(self, line: int) -> str:
        """Return a line of the program."""
        return linecache.getline(self.path, line).strip()

    def made(self, coroutine: object) -> int | None:
        """Return the line of the program that made a coroutine by its own call, if one did."""
        file, line, _ = (getattr(coroutine, "cr_origin", None) or [("", 0, "")])[0]
        return line if file == self.path else None

    def line(self, stack: Stack) -> int | None:
        """Return the innermost line of the program in a stack, if it is there at all."""
        return next((line for frame, line in reversed(stack) if self.owns(frame)), None)

    def place(self, stack: Stack, what: Literal["thread", "task"]) -> Place | None:
        """Return the innermost place of the program in a stack, if it is there at all."""
        own = [index for index, (frame, _) in enumerate(stack) if self.owns(frame)]
        if not own:
            return None
        frame, line = stack[own[-1]]
        below = [inner for inner, _ in stack[own[-1] + 1 :]]
        above = [outer for outer, _ in stack[: own[-1]]]
        on_loop = any(outer.f_code.co_qualname == RUN_ONCE for outer in above)
        in_fake = any(_hidden(inner) and inner.f_code not in STANDS_FOR for inner in below)
        if on_loop and in_fake and _awaits(below):
            what, on_loop = "task", False
        return Place(
            line=line,
            function=name_of(frame.f_code),
            text=self.text(line),
            what=what,
            on_loop=on_loop,
            calls=self.calls(stack[own[-1] + 1 :]),
            outer=tuple((number, outer.f_code.co_name) for outer, number in (stack[index] for index in own[:-1])),
            in_fake=in_fake,
            above=self.calls([(outer, number) for outer, number in stack[: own[-1]] if not self.owns(outer)]),
        )

    def calls(self, stack: Stack) -> tuple[Call, ...]:
        """Return the library frames of a stack."""
        return tuple(_library_calls([frame for frame, _ in stack]))

    def places(self, besides: int | None = None) -> list[Place]:
        """Return every place at which a thread (but one) or a pending task stands, in the order of their lines."""
        found = [place for stack, what in _stacks(besides) if (place := self.place(stack, what)) is not None]
        found.sort(key=lambda place: (place.line, repr(place), -len(place.above), repr(place.above)))
        return list(dict.fromkeys(found))

    def standing(self, besides: int) -> Iterator[tuple[int, asyncio.AbstractEventLoop | None]]:
        """Yield the line of each place, and the event loop that is kept from running there."""
        for stack, _ in _stacks(besides):
            line = self.line(stack)
            if line is not None:
                yield line, blocked_loop(stack)


def name_of(code: CodeType) -> str:
    """Return the qualified name of a function as a reader would say it."""
    return code.co_qualname.replace("<locals>.", "")


def _stacks(besides: int | None) -> Iterator[tuple[Stack, Literal["thread", "task"]]]:
    """Yield the stack of each thread, and of each task unless a thread is just running it."""
    running = set()
    for ident, innermost in sys._current_frames().items():
        stack = thread_stack(innermost)
        loop = blocked_loop(stack)
        if ident != besides and (loop is not None or not in_selector(stack)):
            yield stack, "thread"
            if loop is not None:
                running.add(asyncio.current_task(loop))
    for task in pending_tasks():
        if task not in running:
            yield await_chain(task.get_coro()), "task"


def _awaits(below: list[FrameType]) -> bool:
    """Tell whether the last library frame below a coroutine's line is a coroutine, so that it awaits the fake."""
    visible = [frame for frame in below if not _hidden(frame)]
    return bool(visible) and bool(visible[-1].f_code.co_flags & (CO_COROUTINE | CO_ASYNC_GENERATOR))


def _library_calls(below: list[FrameType]) -> Iterator[Call]:
    stood_for: Call | None = None
    for frame in below:
        if frame.f_code in STANDS_FOR:
            module, _, name = STANDS_FOR[frame.f_code].partition(".")
            yield (stood_for := Call(module, name))
        elif not _hidden(frame):
            call = Call(frame.f_globals.get("__name__", "?"), name_of(frame.f_code))
            if call != stood_for:  # a stand-in may call what it stands for
                yield call
            stood_for = None


# What Python itself calls to start a thread; it is not the same in all versions, and says nothing of a wait.
_THREAD_START = {getattr(threading.Thread, name).__code__ for name in ("_bootstrap", "_bootstrap_inner", "run")}


def _hidden(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith(_HIDDEN)
