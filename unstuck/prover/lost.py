"""Results that nobody will ever see: what makes a program return without what it was asked for."""

from __future__ import annotations

import asyncio
import functools
import gc
import inspect
import sys
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from types import CoroutineType
from typing import Any

from langgraph.errors import GraphInterrupt

from unstuck.prover.frames import Place, thread_stack, traceback_stack
from unstuck.prover.reader import Reader

_UNSEEN = ("exception was never retrieved", "was destroyed but it is pending")


class Lost:
    """Gathers the lines of the reader's program whose result is lost.

    A coroutine that is never awaited, and a task whose exception is never retrieved or which is destroyed while it
    is pending, count at the line that made the coroutine. A thread that dies of an exception, and a function in an
    executor that fails without anyone asking its future, count at the line that raised.
    `pauses` are the places where a graph of LangGraph was paused, resumed later or not.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._lines: set[int] = set()
        self._failures: dict[object, int | None] = {}
        self.pauses: list[Place] = []

    def watch(self) -> None:
        """Begin to see coroutines, tasks and threads end."""
        sys.set_coroutine_origin_tracking_depth(30)
        warnings._warn_unawaited_coroutine = self._unawaited  # type: ignore[attr-defined]
        asyncio.BaseEventLoop.call_exception_handler = self._handler()  # type: ignore[method-assign,assignment]
        threading.excepthook = self._excepthook()
        for name in ("set_exception", "result", "exception"):
            setattr(Future, name, self._seen(name))
        self._watch_pauses()

    def lines(self) -> list[int]:
        """Return the lines, those of coroutines not yet started and of failures not yet looked at included."""
        gc.collect()
        for value in gc.get_objects():
            kind = type(value)  # not isinstance(): a proxy may answer that with code of its own
            if kind is CoroutineType and inspect.getcoroutinestate(value) == inspect.CORO_CREATED:
                self._made(value)
            elif issubclass(kind, asyncio.Task) and getattr(value, "_log_traceback", False):
                self._made(value.get_coro())
        return sorted(self._lines.union(line for line in self._failures.values() if line is not None))

    def _watch_pauses(self) -> None:
        init = GraphInterrupt.__init__

        def pause(error: GraphInterrupt, *args: Any) -> None:
            place = self._reader.place(thread_stack(sys._getframe(1)), "thread")
            self.pauses += [place] if place else self._reader.places()
            init(error, *args)

        GraphInterrupt.__init__ = pause  # type: ignore[method-assign,assignment]

    def _made(self, coroutine: Any) -> None:
        origin = getattr(coroutine, "cr_origin", None) or ()
        self._lines.update([line for file, line, _ in origin if file == self._reader.path][:1])

    def _unawaited(self, coroutine: Any) -> None:
        self._made(coroutine)
        sys.stderr.write(f"RuntimeWarning: coroutine '{coroutine.__qualname__}' was never awaited\n")

    def _handler(self) -> Callable[[asyncio.BaseEventLoop, dict[str, Any]], None]:
        real = asyncio.BaseEventLoop.call_exception_handler

        def call_exception_handler(loop: asyncio.BaseEventLoop, context: dict[str, Any]) -> None:
            task = context.get("task") or context.get("future")
            if isinstance(task, asyncio.Task) and any(unseen in context["message"] for unseen in _UNSEEN):
                self._made(task.get_coro())
            real(loop, context)

        return call_exception_handler

    def _excepthook(self) -> Callable[[threading.ExceptHookArgs], None]:
        real = threading.excepthook

        def hook(args: threading.ExceptHookArgs, /) -> None:
            line = self._reader.line(traceback_stack(args.exc_traceback))
            if line is not None and args.exc_type is not SystemExit:
                self._lines.add(line)
            real(args)

        return hook

    def _seen(self, name: str) -> Callable[..., Any]:
        """Return a method of `Future` that notes a failure, or that it has been asked for."""
        real = getattr(Future, name)

        def method(future: Future[Any], *args: Any, **kwargs: Any) -> Any:
            self._failures.pop(vars(future).pop("_failure", None), None)
            if name == "set_exception" and args[0] is not None:
                vars(future)["_failure"] = key = object()
                self._failures[key] = self._reader.line(traceback_stack(args[0].__traceback__))
            return real(future, *args, **kwargs)

        return functools.wraps(real)(method)
