"""Name the runnables that have started and not ended: that list is the answer to "where is it stuck?".

Make one `OpenRuns` for the process and let it watch every call.
Then ask it while the service is stuck, from a signal handler or an HTTP endpoint:

    open_runs = OpenRuns()
    open_runs.watch_every_call()
    signal.signal(signal.SIGUSR1, lambda *_: open_runs.dump())

It takes no lock, so a signal handler may interrupt it anywhere, and it needs no thread of the default executor,
so it answers while all of them are stuck.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.tracers.context import register_configure_hook


@dataclass(frozen=True)
class OpenRun:
    """A run that has started and not ended.

    Attributes:
        name: The name that traces show for it.
        kind: `chain`, `chat_model`, `llm`, `tool` or `retriever`.
        run_id: The id that traces show for it.
        parents: The names of the runs around it, outermost first.
        seconds: How long it has been open.
        thread: The thread that it started in.
        task: The asyncio task that it started in, or `None` where no event loop ran.
        caller_gone: Whether a run around it has ended without it, as after a timeout around a sync tool.
    """

    name: str
    kind: str
    run_id: str
    parents: tuple[str, ...]
    seconds: float
    thread: str
    task: str | None
    caller_gone: bool

    def __str__(self) -> str:
        where = f"task {self.task}, thread {self.thread}" if self.task else f"thread {self.thread}"
        inside = f" in {' > '.join(self.parents)}" if self.parents else ""
        gone = ", its caller is gone" if self.caller_gone else ""
        return f"{self.seconds:8.1f} s  {self.kind} {self.name}{inside}  ({where}, run {self.run_id}{gone})"


@dataclass(eq=False)
class _Run:
    name: str
    kind: str
    run_id: str
    parent: _Run | None
    # Whoever could still report the end of a run holds its id; when the id is gone, the run is over.
    held: weakref.ref[UUID]
    task: weakref.ref[asyncio.Task[Any]] | None
    thread: str = field(default_factory=lambda: threading.current_thread().name)
    began: float = field(default_factory=time.monotonic)
    ended: bool = False

    def around(self) -> Iterator[_Run]:
        run = self.parent
        while run is not None:
            yield run
            run = run.parent

    def caller_gone(self) -> bool:
        return any(outer.ended for outer in self.around())

    def over(self) -> bool:
        """Tell whether the run cannot go on: its task was cancelled, or has left a run around it."""
        if self.task is None:
            return False
        task = self.task()
        if task is None or task.done():
            # Not over for that alone: the next step of a stream may come from another task.
            return (task is not None and task.cancelled()) or self.caller_gone()
        return any(outer.ended and outer.task is self.task for outer in self.around())

    def shown(self) -> OpenRun:
        task = self.task() if self.task else None
        return OpenRun(
            name=self.name,
            kind=self.kind,
            run_id=self.run_id,
            parents=tuple(outer.name for outer in self.around())[::-1],
            seconds=time.monotonic() - self.began,
            thread=self.thread,
            task=task.get_name() if task else None,
            caller_gone=self.caller_gone(),
        )


class OpenRuns(BaseCallbackHandler):
    """Keep the runs that have started and not ended.

    A run is forgotten when it ends, when its task is cancelled or leaves a run around it, and when nothing is left that
    could report its end: a cancelled `ainvoke` of a model reports none.
    A sync tool that goes on in its thread after its caller has given up stays listed, marked `caller_gone`.

    Args:
        limit: How many runs are kept at most; beyond it the oldest is forgotten.
    """

    # Otherwise an async chain runs each event in the default executor, and waits there while that is full.
    run_inline = True

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._runs: dict[int, _Run] = {}

    def watch_every_call(self) -> None:
        """Watch every run of the process from now on, without `config={"callbacks": [...]}` at each call."""
        register_configure_hook(ContextVar("open_runs", default=self), inheritable=True)

    def runs(self) -> list[OpenRun]:
        """Return the open runs, innermost first and the longest open first among equals."""
        runs = [run for run in list(self._runs.values()) if not run.over()]
        height = dict.fromkeys(runs, 0)
        for run in runs:
            for steps, outer in enumerate(run.around(), start=1):
                height[outer] = max(height.get(outer, 0), steps)
        runs.sort(key=lambda run: (height[run], run.began))
        return [run.shown() for run in runs]

    def report(self) -> str:
        """Return a line for each open run, innermost first, under a line that counts them."""
        runs = self.runs()
        return "\n".join([f"{len(runs)} open runs", *map(str, runs), ""])

    def dump(self, fd: int = 2) -> None:
        """Write the report to a file descriptor; safe in a signal handler, which `print` is not."""
        left = self.report().encode()
        while left:
            left = left[os.write(fd, left) :]

    def _started(
        self,
        kind: str,
        serialized: dict[str, Any] | None,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        name: str | None = None,
        **_: Any,
    ) -> None:
        runs, key = self._runs, run_id.int
        runs[key] = _Run(
            name=name or (serialized or {}).get("name") or "?",
            kind=kind,
            run_id=str(run_id),
            parent=runs.get(parent_run_id.int) if parent_run_id else None,
            held=weakref.ref(run_id, lambda _: runs.pop(key, None)),
            task=_current_task(),
        )
        if len(runs) > self._limit:
            for oldest in list(runs)[: -self._limit]:
                runs.pop(oldest, None)

    def _ended(self, *_: Any, run_id: UUID, **__: Any) -> None:
        run = self._runs.pop(run_id.int, None)
        if run is not None:
            run.ended = True

    def on_chain_start(self, serialized: dict[str, Any] | None, *_: Any, **event: Any) -> None:
        self._started("chain", serialized, **event)

    def on_chat_model_start(self, serialized: dict[str, Any] | None, *_: Any, **event: Any) -> None:
        self._started("chat_model", serialized, **event)

    def on_llm_start(self, serialized: dict[str, Any] | None, *_: Any, **event: Any) -> None:
        self._started("llm", serialized, **event)

    def on_tool_start(self, serialized: dict[str, Any] | None, *_: Any, **event: Any) -> None:
        self._started("tool", serialized, **event)

    def on_retriever_start(self, serialized: dict[str, Any] | None, *_: Any, **event: Any) -> None:
        self._started("retriever", serialized, **event)

    on_chain_end = on_llm_end = on_tool_end = on_retriever_end = _ended
    on_chain_error = on_llm_error = on_tool_error = on_retriever_error = _ended


def _current_task() -> weakref.ref[asyncio.Task[Any]] | None:
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return None
    return weakref.ref(task) if task else None
