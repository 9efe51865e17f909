"""Where the reader's program stands: thread stacks and the await chain of every task."""

from __future__ import annotations

import ast
import asyncio
import gc
import linecache
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from types import AsyncGeneratorType, CoroutineType, FrameType, TracebackType
from typing import Any, Literal

from unstuck.prover.clock import STANDS_FOR

Stack = list[tuple[FrameType, int]]

_HIDDEN = ("unstuck.", "unstuck_proof")
_RUN_ONCE = "BaseEventLoop._run_once"


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
    `on_loop` tells that it stands on the thread of an event loop that cannot run meanwhile.
    """

    line: int
    function: str
    text: str
    what: Literal["thread", "task"]
    on_loop: bool = False
    calls: tuple[Call, ...] = ()
    outer: tuple[tuple[int, str], ...] = ()
    in_fake: bool = field(default=False)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Place:
        calls = tuple(Call(**call) for call in data["calls"])
        return cls(**{**data, "calls": calls, "outer": tuple((line, name) for line, name in data["outer"])})


class Reader:
    """The reader's program: tells its frames from the others."""

    def __init__(self, path: str, source: str) -> None:
        self.path = path
        linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)
        self._loops = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.While | ast.For)]

    def owns(self, frame: FrameType) -> bool:
        """Tell whether a frame runs the reader's program."""
        return frame.f_code.co_filename == self.path

    def loop_header(self, line: int) -> int:
        """Return the header of the innermost loop around a line, or the line itself."""
        around = [node.lineno for node in self._loops if node.lineno <= line <= (node.end_lineno or 0)]
        return max(around, default=line)

    def place(self, stack: Stack, what: Literal["thread", "task"]) -> Place | None:
        """Return the innermost place of the reader's program in a stack, if it is there at all."""
        own = [index for index, (frame, _) in enumerate(stack) if self.owns(frame)]
        if not own:
            return None
        frame, line = stack[own[-1]]
        below = stack[own[-1] + 1 :]
        calls = list(_library_calls(below))
        return Place(
            line=line,
            function=frame.f_code.co_qualname.replace("<locals>.", ""),
            text=linecache.getline(self.path, line).strip(),
            what=what,
            on_loop=any(above.f_code.co_qualname == _RUN_ONCE for above, _ in stack[: own[-1]]),
            calls=tuple(calls),
            outer=tuple((number, outer.f_code.co_name) for outer, number in (stack[index] for index in own[:-1])),
            in_fake=any(_hidden(inner) for inner, _ in below),
        )

    def places(self, besides: int | None = None) -> list[Place]:
        """Return every place at which a thread (but one) or a pending task stands, in the order of their lines."""
        found: list[Place | None] = []
        running = set()
        for ident, innermost in sys._current_frames().items():
            stack = thread_stack(innermost)
            loop = blocked_loop(stack)
            if ident != besides and (loop is not None or not _in_selector(stack)):
                found.append(self.place(stack, "thread"))
                if loop is not None:
                    running.add(asyncio.current_task(loop))
        for task in pending_tasks():
            if task not in running:
                found.append(self.place(await_chain(task.get_coro()), "task"))
        return sorted({place for place in found if place is not None}, key=lambda place: (place.line, repr(place)))


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
    known: set[Any] = set()
    for name in ("_scheduled_tasks", "_all_tasks", "_eager_tasks"):
        known |= set(getattr(asyncio.tasks, name, ()))
    return [task for task in known if not task.done()]


def blocked_loop(stack: Stack) -> asyncio.AbstractEventLoop | None:
    """Return the event loop whose thread this is, when it is kept from running by a callback."""
    turns = [frame for frame, _ in stack if frame.f_code.co_qualname == _RUN_ONCE]
    if not turns or _in_selector(stack):
        return None
    loop = turns[-1].f_locals["self"]
    return loop if isinstance(loop, asyncio.AbstractEventLoop) else None


def waits_for_turn(loop: asyncio.AbstractEventLoop) -> bool:
    """Tell whether anything on a blocked event loop could run now: a callback, a due timer, a readable socket."""
    ready, scheduled, selector = (getattr(loop, name) for name in ("_ready", "_scheduled", "_selector"))
    return bool(ready) or any(handle.when() <= loop.time() for handle in scheduled) or bool(selector._selector.poll(0))


def _in_selector(stack: Stack) -> bool:
    """Tell whether a thread is inside the wait of its own event loop, so that its tasks tell what it waits for."""
    names = [STANDS_FOR.get(frame.f_code, frame.f_code.co_qualname) for frame, _ in stack]
    return _RUN_ONCE in names and names[-1].endswith("Selector.select") and names[-2] == _RUN_ONCE


def _library_calls(stack: Stack) -> Iterator[Call]:
    for frame, _ in stack:
        if _hidden(frame):
            if frame.f_code in STANDS_FOR:
                module, _, name = STANDS_FOR[frame.f_code].partition(".")
                yield Call(module, name)
            continue
        name = frame.f_code.co_qualname.replace("<locals>.", "")
        yield Call(frame.f_globals.get("__name__", "?"), name)


def _hidden(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith(_HIDDEN)


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


def own_threads(reader: Reader) -> Iterable[str]:
    """Yield the names of the living threads that run the reader's program, the main thread aside."""
    frames = sys._current_frames()
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and thread.ident in frames:
            if reader.place(thread_stack(frames[thread.ident]), "thread"):
                yield thread.name
