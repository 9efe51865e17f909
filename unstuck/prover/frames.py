"""Where a program stands: the stacks of threads, the await chains of tasks."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import asdict, dataclass, field
from types import AsyncGeneratorType, CoroutineType, FrameType, TracebackType
from typing import Any, Literal

from unstuck.prover.waits import STANDS_FOR

Stack = list[tuple[FrameType, int]]
"""Frames and the lines that they are at, outermost first."""

RUN_ONCE = "BaseEventLoop._run_once"


@dataclass(frozen=True)
class Call:
    """A frame of a library: its module and the qualified name of its function."""

    module: str
    name: str

    @property
    def package(self) -> str:
        return self.module.split(".")[0]


@dataclass(frozen=True)
class Place:
    """One spot of the reader's program at which a thread or a task stands.

    `calls` are the library frames below it, outermost first; `outer` the reader's frames above it, as (line, function).
    `above` are the library frames outside of it, outermost first; two places that differ in them are the same one.
    `on_loop` tells that it stands on the thread of an event loop that cannot run meanwhile.
    """

    line: int
    function: str
    text: str
    what: Literal["thread", "task"]
    on_loop: bool = False
    calls: tuple[Call, ...] = ()
    outer: tuple[tuple[int, str], ...] = ()
    in_fake: bool = False
    above: tuple[Call, ...] = field(default=(), compare=False, repr=False)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Place:
        calls, above = (tuple(Call(**call) for call in data[name]) for name in ("calls", "above"))
        return cls(
            **{**data, "calls": calls, "above": above, "outer": tuple((line, name) for line, name in data["outer"])}
        )


def thread_stack(frame: FrameType | None) -> Stack:
    """Return the frames of a thread, outermost first."""
    stack: Stack = []
    while frame is not None:
        stack.append((frame, frame.f_lineno))
        frame = frame.f_back
    return stack[::-1]


def traceback_stack(traceback: TracebackType | None) -> Stack:
    """Return the frames of a traceback, outermost first."""
    stack: Stack = []
    while traceback is not None:
        stack.append((traceback.tb_frame, traceback.tb_lineno))
        traceback = traceback.tb_next
    return stack


def await_chain(awaitable: Any) -> Stack:
    """Return the frames that a suspended coroutine awaits through, outermost first, other tasks included."""
    stack: Stack = []
    seen: set[int] = set()
    while awaitable is not None and id(awaitable) not in seen:
        seen.add(id(awaitable))
        frame = _first(awaitable, "cr_frame", "ag_frame", "gi_frame")
        if frame is not None:
            stack.append((frame, frame.f_lineno))
        awaitable = _awaited(awaitable)
    return stack


def pending_tasks() -> list[asyncio.Task[Any]]:
    """Return the unfinished tasks of every event loop of the process."""
    sets = [getattr(asyncio.tasks, name, ()) for name in ("_scheduled_tasks", "_all_tasks", "_eager_tasks")]
    while True:
        try:
            return [task for task in {task for known in sets for task in known} if not task.done()]
        except RuntimeError:  # another thread has made a task meanwhile
            continue


def blocked_loop(stack: Stack) -> asyncio.AbstractEventLoop | None:
    """Return the event loop whose thread this is, when it is kept from running by a callback."""
    turns = [frame for frame, _ in stack if frame.f_code.co_qualname == RUN_ONCE]
    if not turns or in_selector(stack):
        return None
    loop = turns[-1].f_locals["self"]
    return loop if isinstance(loop, asyncio.AbstractEventLoop) else None


def waiting_since(loop: asyncio.AbstractEventLoop, until: float) -> float | None:
    """Return the second from which, before another one, something on a blocked event loop waits for its turn.

    That is a callback, a timer that is due, or a descriptor that is ready.
    """
    ready, scheduled, selector = (getattr(loop, name) for name in ("_ready", "_scheduled", "_selector"))
    if any(not handle.cancelled() for handle in ready) or selector._selector.poll(0):
        return loop.time()
    due = min((handle.when() for handle in scheduled if not handle.cancelled()), default=until)
    return max(due, loop.time()) if due < until else None


def in_selector(stack: Stack) -> bool:
    """Tell whether a thread is inside the wait of its own event loop, so that its tasks tell what it waits for."""
    names = [STANDS_FOR.get(frame.f_code, frame.f_code.co_qualname) for frame, _ in stack]
    return RUN_ONCE in names and names[-1].endswith("Selector.select") and names[-2] == RUN_ONCE


def _first(owner: Any, *names: str) -> Any:
    return next((value for name in names if (value := getattr(owner, name, None)) is not None), None)


def _awaited(awaitable: Any) -> Any:
    following = _first(awaitable, "cr_await", "ag_await", "gi_yieldfrom")
    if following is None:
        following = _referent(awaitable, AsyncGeneratorType, CoroutineType)
    if following is None or not _has_frame(following):
        future = following if asyncio.isfuture(following) else _future(following or awaitable)
        for candidate in (future, *getattr(future, "_children", ())):
            if isinstance(candidate, asyncio.Task) and not candidate.done():
                return candidate.get_coro()
    return following


def _has_frame(awaitable: Any) -> bool:
    return _first(awaitable, "cr_frame", "ag_frame", "gi_frame") is not None


def _referent(owner: Any, *types: type) -> Any:
    """Return what an `asend` or `athrow` object drives; Python gives no attribute for it."""
    if type(owner).__name__ not in {"async_generator_asend", "async_generator_athrow", "coroutine_wrapper"}:
        return None
    return next((value for value in gc.get_referents(owner) if isinstance(value, types)), None)


def _future(owner: Any) -> Any:
    return next((value for value in gc.get_referents(owner) if asyncio.isfuture(value)), None)
