"""Write the stack of every thread and the await chain of every asyncio task, in a process that is stuck.

    stack_dump.install()       # then, at night: kill -USR1 PID; nothing appears? kill -USR2 PID
    stack_dump.write()         # or from an endpoint; on Windows this way only

py-spy and faulthandler see threads.
A task that waits is on no thread's stack, so for async code they show an idle event loop and not what it waits for.

A Python signal handler runs in the main thread, when that gets hold of the interpreter.
A C call that holds on to it (a regular expression in a worker thread, say) keeps the handler out until the call ends.
For that there is the second signal: faulthandler answers it in C, at once, with the threads only.
Use it when the first has had no answer for some seconds: it reads the stacks while the other threads run.
One that runs Python code then changes its own under it, which can end the process with a segmentation fault.
https://github.com/python/cpython/issues/116008 reports it; `py-spy dump` has no such risk, it stops the process first.

The text follows `asyncio.print_call_graph` of Python 3.14, innermost call first:

    dump   = "Stack dump of process " PID ", innermost call first" thread* (loop task*)* "End of stack dump"
    thread = "* Thread(name=" NAME ", id=0x" HEX ")" calls
    loop   = "* Loop(thread=" (NAME | "None") ", id=0x" HEX ")"
    task   = "* Task(name=" NAME ", id=0x" HEX ")" (calls | runs) [waiter]
    calls  = "  + Call stack:" call+
    call   = "  |   File " PATH ", line " NUMBER ", in " ["async " | "async generator " | "generator "] QUALNAME "()"
    runs   = "  + Running in:" "    * Thread(name=" NAME ", id=0x" HEX ")"
    waiter = "  + Awaited by:" ("    * Task(name=" NAME ", id=0x" HEX ")")+

Each quoted piece begins a line of its own; NAME and PATH are Python string literals.
A task that runs right now has `runs`: its calls are those of the thread.
"""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import inspect
import os
import signal
import sys
import threading
import traceback
import types
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

_KINDS = {
    inspect.CO_COROUTINE: "async ",
    inspect.CO_ASYNC_GENERATOR: "async generator ",
    inspect.CO_GENERATOR: "generator ",
    inspect.CO_ITERABLE_COROUTINE: "generator ",
}


def dump() -> str:
    """Return the stacks of all threads and the await chains of all tasks, of every event loop."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    lines = [f"Stack dump of process {os.getpid()}, innermost call first"]
    owner: dict[types.FrameType, str] = {}
    for ident, innermost in sys._current_frames().items():  # noqa: SLF001  # There is no public name for it.
        head = f"* Thread(name={names.get(ident, '?')!r}, id={ident:#x})"
        frames = list(_outwards(innermost))
        owner |= dict.fromkeys(frames, head)
        lines += [head, *_calls(frames)]
    tasks = _tasks()
    waiters = defaultdict(list)
    for task in tasks:
        for awaited in _awaited_tasks(task):
            waiters[awaited].append(task)
    loop = None
    for task in tasks:
        if task.get_loop() is not loop:
            loop = task.get_loop()
            lines.append(f"* Loop(thread={names.get(getattr(loop, '_thread_id', None))!r}, id={id(loop):#x})")
        lines.append(_head(task))
        chain = list(_chain(task))
        running = next((owner[frame] for frame in chain if frame in owner), None)
        lines += ["  + Running in:", f"    {running}"] if running else _calls(chain[::-1])
        if waiters[task]:
            lines += ["  + Awaited by:", *(f"    {_head(waiter)}" for waiter in waiters[task])]
    return "\n".join([*lines, "End of stack dump", ""])


def write(fd: int = 2) -> None:
    """Write the dump to a file descriptor; safe in a signal handler, which `print` is not."""
    left = dump().encode(errors="backslashreplace")
    while left:
        left = left[os.write(fd, left) :]


def install(signum: int | None = None, c_signum: int | None = None, path: str | os.PathLike[str] | None = None) -> None:
    """Write the dump on a signal, and faulthandler's on a second one; call it once, in the main thread.

    Args:
        signum: The signal for the whole dump, `SIGUSR1` by default. gunicorn and celery use that one themselves.
        c_signum: The signal for faulthandler's dump, `SIGUSR2` by default; only for a process that is stuck in C code.
        path: A file to append to; standard error by default.
    """
    if sys.platform == "win32":
        raise OSError("Windows has no SIGUSR1: call stack_dump.write() from an endpoint or a thread instead")
    fd = 2 if path is None else os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    signal.signal(signum or signal.SIGUSR1, lambda *_: _answer(fd))
    faulthandler.register(c_signum or signal.SIGUSR2, file=fd, all_threads=True)


def _answer(fd: int) -> None:
    try:
        write(fd)
    except Exception:  # noqa: BLE001  # It would be raised in whatever the main thread is doing.
        os.write(fd, traceback.format_exc().encode())


def _tasks() -> list[asyncio.Task[Any]]:
    """Return the tasks that are not done, loop by loop.

    The garbage collector knows those of every loop, whatever the loop and the version of Python.
    """
    found = [task for task in gc.get_objects() if issubclass(type(task), asyncio.Task) and not task.done()]
    return sorted(found, key=lambda task: (id(task.get_loop()), len(task.get_name()), task.get_name()))


def _chain(task: asyncio.Task[Any]) -> Iterator[types.FrameType]:
    """Yield the frames that a waiting task is in, outermost first."""
    awaited: Any = task.get_coro()
    while awaited is not None:
        frame = _first(awaited, "cr_frame", "ag_frame", "gi_frame")
        if frame is None:
            awaited = _wrapped(awaited)
        else:
            yield frame
            awaited = _first(awaited, "cr_await", "ag_await", "gi_yieldfrom")


def _first(owner: object, *names: str) -> Any:
    return next((value for name in names if (value := getattr(owner, name, None)) is not None), None)


def _wrapped(awaited: object) -> object:
    """Return what stands behind the iterator of an async generator, a coroutine or a future: only gc tells."""
    if issubclass(type(awaited), asyncio.Future):
        return None
    return next((found for found in gc.get_referents(awaited) if _can_be_awaited(type(found))), None)


def _can_be_awaited(kind: type) -> bool:
    return hasattr(kind, "__await__") or issubclass(kind, types.AsyncGeneratorType | types.GeneratorType)


def _awaited_tasks(task: asyncio.Task[Any]) -> list[asyncio.Task[Any]]:
    """Return the tasks that a task waits for, directly or in `gather`, `wait`, `wait_for` or a task group."""
    future = getattr(task, "_fut_waiter", None)
    candidates = [future, *getattr(future, "_children", ())]
    for frame in _chain(task):
        if frame.f_globals.get("__name__", "").startswith("asyncio."):
            for value in frame.f_locals.values():
                candidates += _members(value)
    found = dict.fromkeys(each for each in candidates if issubclass(type(each), asyncio.Task))
    return [each for each in found if not each.done()]


def _members(value: object) -> list[object]:
    if isinstance(value, asyncio.TaskGroup):
        return list(getattr(value, "_tasks", ()))
    return list(value) if isinstance(value, set) else [value]


def _outwards(frame: types.FrameType | None) -> Iterator[types.FrameType]:
    while frame is not None:
        if frame.f_code.co_filename != __file__:
            yield frame
        frame = frame.f_back


def _calls(frames: list[types.FrameType]) -> list[str]:
    return ["  + Call stack:", *map(_call, frames)]


def _call(frame: types.FrameType) -> str:
    code = frame.f_code
    kind = next((text for flag, text in _KINDS.items() if code.co_flags & flag), "")
    return f"  |   File {code.co_filename!r}, line {frame.f_lineno}, in {kind}{code.co_qualname}()"


def _head(task: asyncio.Task[Any]) -> str:
    return f"* Task(name={task.get_name()!r}, id={id(task):#x})"
