"""What of a program is still there when its answer is."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import dropwhile
from typing import Any

from unstuck.prover import kernel
from unstuck.prover.frames import Call, Place, Stack, await_chain, pending_tasks, thread_stack
from unstuck.prover.reader import Reader


class Leftovers:
    """Finds the threads, tasks and child processes that a program leaves running."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._starts: dict[object, Place] = {}
        self.cancelled: list[str] = []

    def watch(self) -> None:
        """Begin to see which lines start processes and threads, and which tasks `asyncio.run` cancels at its end."""
        execute = subprocess.Popen._execute_child  # type: ignore[attr-defined]
        start = threading.Thread.start
        cancel_all = asyncio.runners._cancel_all_tasks  # type: ignore[attr-defined]

        def execute_child(process: Any, *args: Any) -> None:
            execute(process, *args)
            self._started(process.pid)

        def start_thread(thread: threading.Thread) -> None:
            start(thread)
            self._started(thread)

        def cancel_all_tasks(loop: asyncio.AbstractEventLoop) -> None:
            self.cancelled += [text for text, _ in self._tasks(asyncio.all_tasks(loop))]
            cancel_all(loop)

        subprocess.Popen._execute_child = execute_child  # type: ignore[attr-defined]
        threading.Thread.start = start_thread  # type: ignore[method-assign,assignment]
        asyncio.runners._cancel_all_tasks = cancel_all_tasks  # type: ignore[attr-defined]

    def now(self) -> list[tuple[str, Place | None]]:
        """Return what is there, in words, and where in the program it stands or was started."""
        found = [*self._threads(), *self._tasks(pending_tasks()), *self._processes()]
        return sorted(found, key=lambda left: (repr(left), -len(left[1].above) if left[1] else 0))

    def joined(self) -> list[tuple[str, Place]]:
        """Return the threads that the exit waits for: the line that started each, and the calls that it is in now."""
        frames = sys._current_frames()
        return [
            (f"thread {thread.name} of line {place.line}", replace(place, on_loop=False, calls=self._calls(stack)))
            for thread, place in list(self._starts.items())
            if isinstance(thread, threading.Thread) and not thread.daemon
            if (stack := thread_stack(frames.get(thread.ident or 0)))
        ]

    def _elsewhere(self, thread: threading.Thread, place: Place) -> bool:
        """Tell whether a daemon that the program itself has started stands in none of its lines.

        One that a module starts when it is loaded is meant to be there as long as the process; of the threads that
        are no daemons, the exit tells.
        """
        by_itself = thread.daemon and not place.calls and place.function != "<module>"
        return by_itself and self._reader.line(thread_stack(sys._current_frames().get(thread.ident or 0))) is None

    def _calls(self, stack: Stack) -> tuple[Call, ...]:
        return tuple(dropwhile(lambda call: call.package == "threading", self._reader.calls(stack)))

    def _started(self, what: object) -> None:
        place = self._reader.place(thread_stack(sys._getframe()), "thread")
        if place:
            self._starts[what] = place

    def _threads(self) -> Iterator[tuple[str, Place | None]]:
        names = {thread.ident: thread.name for thread in threading.enumerate()}
        for ident, innermost in sys._current_frames().items():
            place = self._reader.place(thread_stack(innermost), "thread")
            if place and ident != threading.main_thread().ident:
                yield f"thread {names.get(ident, '?')}, line {place.line}", place
        for thread, place in list(self._starts.items()):
            if isinstance(thread, threading.Thread) and thread.is_alive() and self._elsewhere(thread, place):
                yield f"thread {thread.name} of line {place.line}", place

    def _tasks(self, tasks: Any) -> Iterator[tuple[str, Place | None]]:
        for task in tasks:
            place = self._reader.place(await_chain(task.get_coro()), "task")
            if place:
                yield f"task in {place.function}, line {place.line}", place
            elif line := self._reader.made(task.get_coro()):
                yield f"task of line {line}", Place(line, "", self._reader.text(line), "task")

    def _processes(self) -> Iterator[tuple[str, Place | None]]:
        for pid in kernel.children_of():
            place = self._starts.get(pid)
            yield "child process" + (f" of line {place.line}" if place else ""), place
