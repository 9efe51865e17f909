"""What of a program is still there when its answer is."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

from unstuck.prover import kernel
from unstuck.prover.frames import Place, await_chain, pending_tasks, thread_stack
from unstuck.prover.reader import Reader


class Leftovers:
    """Finds the threads, tasks and child processes that a program leaves running."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._started: dict[int, Place] = {}
        self.cancelled: list[str] = []

    def watch(self) -> None:
        """Begin to see which line starts a process, and which tasks `asyncio.run` cancels at its end."""
        execute = subprocess.Popen._execute_child  # type: ignore[attr-defined]
        cancel_all = asyncio.runners._cancel_all_tasks  # type: ignore[attr-defined]

        def execute_child(process: Any, *args: Any) -> None:
            execute(process, *args)
            place = self._reader.place(thread_stack(sys._getframe()), "thread")
            if place:
                self._started[process.pid] = place

        def cancel_all_tasks(loop: asyncio.AbstractEventLoop) -> None:
            self.cancelled += [text for text, _ in self._tasks(asyncio.all_tasks(loop))]
            cancel_all(loop)

        subprocess.Popen._execute_child = execute_child  # type: ignore[attr-defined]
        asyncio.runners._cancel_all_tasks = cancel_all_tasks  # type: ignore[attr-defined]

    def now(self) -> list[tuple[str, Place | None]]:
        """Return what is there, in words, and where in the program it stands or was started."""
        return sorted([*self._threads(), *self._tasks(pending_tasks()), *self._processes()], key=repr)

    def _threads(self) -> Iterator[tuple[str, Place | None]]:
        frames = sys._current_frames()
        for thread in threading.enumerate():
            if thread is not threading.main_thread() and thread.ident in frames:
                place = self._reader.place(thread_stack(frames[thread.ident]), "thread")
                if place:
                    yield f"thread {thread.name}, line {place.line}", place

    def _tasks(self, tasks: Any) -> Iterator[tuple[str, Place | None]]:
        for task in tasks:
            place = self._reader.place(await_chain(task.get_coro()), "task")
            if place:
                yield f"task in {place.function}, line {place.line}", place

    def _processes(self) -> Iterator[tuple[str, Place | None]]:
        for pid in kernel.children_of():
            place = self._started.get(pid)
            yield "child process" + (f" of line {place.line}" if place else ""), place
