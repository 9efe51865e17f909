"""Timed waits, in virtual time.

A wait becomes an untimed wait in the kernel plus a timer of the clock: the timer releases a lock or makes an eventfd
readable. Covered are `time.sleep`, `Condition.wait` (and so events, queues, futures, executors), `Thread.join`, the
selectors (and so asyncio), sockets with a timeout, `Popen.wait`, `signal.alarm` and `setitimer`, and, where the
program itself makes them, the timed `acquire` of `Lock` and `RLock` and the timed `get` of `SimpleQueue`.
A timed wait that C code starts by itself (SQLite's busy timeout, `select.select`, a lock of a library) runs in real
time; the observer lets the same seconds pass on the clock.
"""

from __future__ import annotations

import _thread
import os
import queue
import select
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import CodeType
from typing import Any

from unstuck.prover import sockets
from unstuck.prover.clock import CLOCK, Binding, Key, alarm, readings, timer

PROGRAM = "program"
"""The name of the module that the reader's program runs as."""

_real_sleep = time.sleep
_real_wait = threading.Condition.wait
_real_join = threading.Thread.join
_real_popen_wait = subprocess.Popen._wait  # type: ignore[attr-defined]
_real_setitimer = signal.setitimer
_real_selects = {cls: cls.select for cls in (selectors.EpollSelector, selectors.PollSelector)}
_INHERITED = object()


def _held() -> _thread.LockType:
    lock = _thread.allocate_lock()
    lock.acquire()
    return lock


class _Deputies:
    """Threads that wait without a timeout for those who wait with one, and outlast them.

    `wait` is what each of them does; `too_late` follows when by then nobody waits for it any more.
    """

    def __init__(self, wait: Callable[[], object], too_late: Callable[[], object] | None = None) -> None:
        self._wait, self._too_late = wait, too_late
        self._clients: list[_thread.LockType] = []
        self._waiting = 0

    def in_time(self, seconds: float) -> bool:
        """Tell whether the wait ended within so many seconds."""
        client, expired = _held(), []

        def fire() -> None:
            self._clients.remove(client)
            expired.append(True)
            client.release()

        self._clients.append(client)
        if self._waiting < len(self._clients):
            self._waiting += 1
            _thread.start_new_thread(self._run, ())
        with timer(seconds, fire):
            client.acquire()
        return not expired

    def _run(self) -> None:
        self._wait()
        self._waiting -= 1
        if self._clients:
            self._clients.pop(0).release()
        elif self._too_late:
            self._too_late()


def sleep(seconds: float) -> None:
    if seconds <= 0:
        _real_sleep(seconds)
        return
    lock = _held()
    with timer(seconds, lock.release):
        lock.acquire()


def _wait(self: Any, timeout: float | None = None) -> bool:
    if timeout is None or timeout <= 0 or not self._is_owned():
        return _real_wait(self, timeout)
    lock, expired = _held(), []

    def fire() -> None:
        if lock in self._waiters:
            self._waiters.remove(lock)
            expired.append(True)
            lock.release()

    self._waiters.append(lock)
    state = self._release_save()
    try:
        with timer(timeout, fire):
            lock.acquire()
    finally:
        with suppress(ValueError):  # it is still there when a signal handler has raised
            self._waiters.remove(lock)
        self._acquire_restore(state)
    return not expired


def _join(self: threading.Thread, timeout: float | None = None) -> None:
    if timeout is None or timeout <= 0 or not self.is_alive() or self is threading.current_thread():
        _real_join(self, timeout)
    else:
        deputies: _Deputies = self.__dict__.setdefault("_deputies", _Deputies(lambda: _real_join(self)))
        deputies.in_time(timeout)


class _Lock:
    """`threading.Lock` with a virtual timeout."""

    def __init__(self) -> None:
        self._lock = _thread.allocate_lock()
        self.release, self.locked = self._lock.release, self._lock.locked
        self._at_fork_reinit = self._lock._at_fork_reinit  # type: ignore[attr-defined]
        self._deputies = _Deputies(self._lock.acquire, self._lock.release)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:  # noqa: FBT001, FBT002 - as the real one
        if not blocking or timeout <= 0:
            return self._lock.acquire(blocking, timeout)
        return self._lock.acquire(blocking=False) or self._deputies.in_time(timeout)

    __enter__ = acquire

    def __exit__(self, *error: object) -> None:
        self._lock.release()


class _RLock(threading._RLock):  # type: ignore[misc]
    """`threading.RLock` in Python, around a lock with a virtual timeout."""

    def __init__(self) -> None:
        super().__init__()
        self._block = _Lock()


class _WhereTheProgramMakesIt:
    """A class that the program gets a virtual version of, and everybody else the real one."""

    def __init__(self, real: Any, virtual: Any) -> None:
        self._real, self._virtual = real, virtual

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        ours = sys._getframe(1).f_globals.get("__name__") == PROGRAM
        return (self._virtual if ours else self._real)(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __getitem__(self, item: Any) -> Any:
        return self._real[item]

    def __mro_entries__(self, bases: Any) -> tuple[Any, ...]:
        return (self._real,)

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, (type(self._real()), self._virtual))

    def __or__(self, other: Any) -> Any:
        return self._real | other


def _select(self: Any, timeout: float | None = None) -> Any:
    real = _real_selects[type(self)]
    if timeout is None or timeout <= 0:
        return real(self, timeout)
    ready = real(self, 0)
    if ready:
        return ready
    with alarm(timeout) as late:
        self._selector.register(late, select.EPOLLIN)
        try:
            return real(self, None)
        finally:
            self._selector.unregister(late)


def _popen_wait(self: Any, timeout: float | None) -> Any:
    if timeout is None or self.poll() is not None:
        return _real_popen_wait(self, timeout)
    process = os.pidfd_open(self.pid)
    try:
        if not sockets.ready(process, select.POLLIN, timeout):
            raise subprocess.TimeoutExpired(self.args, timeout)
    finally:
        os.close(process)
    return _real_popen_wait(self, None)


_itimer: list[tuple[Key, float]] = []  # the one that runs, and its interval


def _setitimer(which: int, seconds: float, interval: float = 0.0) -> tuple[float, float]:
    if which != signal.ITIMER_REAL:
        return _real_setitimer(which, seconds, interval)

    def fire() -> None:
        _itimer.clear()
        if interval:
            start(interval)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)

    def start(delay: float) -> None:
        _itimer.append((CLOCK.add(delay, fire), interval))

    before = [(key[0] - CLOCK.now, again) for key, again in _itimer]
    while _itimer:
        CLOCK.drop(_itimer.pop()[0])
    if seconds:
        start(seconds)
    return before[0] if before else (0.0, 0.0)


def _alarm_clock(seconds: int) -> int:
    return round(_setitimer(signal.ITIMER_REAL, seconds)[0])


#: The code of each stand-in, and the function that a reader knows it as.
STANDS_FOR: dict[CodeType, str] = {
    sleep.__code__: "time.sleep",
    _wait.__code__: "threading.Condition.wait",
    _join.__code__: "threading.Thread.join",
    _select.__code__: "selectors.BaseSelector.select",
    _popen_wait.__code__: "subprocess.Popen._wait",
}


def install(bound: list[Binding]) -> None:
    """Put virtual time in the place of the real one, in this process; a child that it forks goes on in real time."""
    clocks = readings()
    _patch([(owner, attribute, clocks[name]) for owner, attribute, name in _names(bound) if name != "sleep"])
    waits = [
        *((owner, attribute, sleep) for owner, attribute, name in _names(bound) if name == "sleep"),
        (threading.Condition, "wait", _wait),
        (threading.Thread, "join", _join),
        (threading, "Lock", _WhereTheProgramMakesIt(threading.Lock, _Lock)),
        (threading, "RLock", _WhereTheProgramMakesIt(threading.RLock, _RLock)),
        (queue, "SimpleQueue", _WhereTheProgramMakesIt(queue.SimpleQueue, queue._PySimpleQueue)),  # type: ignore[attr-defined]
        (subprocess.Popen, "_wait", _popen_wait),
        (signal, "setitimer", _setitimer),
        (signal, "alarm", _alarm_clock),
        *((cls, "select", _select) for cls in _real_selects),
        *sockets.patches(),
    ]
    real = _patch(waits)
    os.register_at_fork(after_in_child=CLOCK.run)
    os.register_at_fork(after_in_child=lambda: _patch(real))


def _names(bound: list[Binding]) -> list[tuple[Any, str, str]]:
    return [*bound, *((time, name, name) for name in ("sleep", *readings()))]


def _patch(patches: list[tuple[Any, str, Any]]) -> list[tuple[Any, str, Any]]:
    """Set attributes; return what undoes it."""
    before = [(owner, name, vars(owner).get(name, _INHERITED)) for owner, name, _ in patches]
    for owner, name, value in patches:
        if value is _INHERITED:
            delattr(owner, name)
        else:
            setattr(owner, name, value)
    return before
