"""Virtual time.

Every timed wait that Python code starts becomes an untimed wait in the kernel and a timer here.
Only the observer fires timers, and only when nothing in the process can move; so a busy machine decides nothing.
"""

from __future__ import annotations

import _thread
import os
import select
import selectors
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import CodeType, ModuleType
from typing import Any

EPOCH = 1_800_000_000.0

_real_sleep = time.sleep
_real_wait = threading.Condition.wait
_real_join = threading.Thread.join
_real_selects = {cls: cls.select for cls in (selectors.EpollSelector, selectors.PollSelector)}
_READS = ("recv", "recv_into", "recvfrom", "accept")
_WRITES = ("send", "sendall")
_real_sockets = {name: getattr(socket.socket, name) for name in (*_READS, *_WRITES)}
_CLOCKS = {"time": EPOCH, "monotonic": 0.0, "perf_counter": 0.0}


class Clock:
    """The timers of the process, by the second at which they are due."""

    def __init__(self) -> None:
        self.now = 0.0
        self._timers: dict[tuple[float, int], Callable[[], None]] = {}
        self._count = 0

    def add(self, delay: float, fire: Callable[[], None]) -> tuple[float, int]:
        """Add a timer and return its key."""
        self._count += 1
        key = (self.now + max(delay, 0.0), self._count)
        self._timers[key] = fire
        return key

    def drop(self, key: tuple[float, int]) -> None:
        """Remove a timer, fired or not."""
        self._timers.pop(key, None)

    def due(self) -> float | None:
        """Return the second of the next timer."""
        return min(list(self._timers), default=(None, 0))[0]

    def jump(self) -> None:
        """Move on to the next timer and fire it."""
        key = min(self._timers)
        fire = self._timers.pop(key)
        self.now = max(self.now, key[0])
        fire()


CLOCK = Clock()


def sleep(seconds: float) -> None:
    if seconds <= 0:
        _real_sleep(0)
        return
    lock = _thread.allocate_lock()
    lock.acquire()
    CLOCK.add(seconds, lock.release)
    lock.acquire()


def _wait(self: Any, timeout: float | None = None) -> bool:
    if timeout is None or timeout <= 0:
        return _real_wait(self, timeout)
    lock = _thread.allocate_lock()
    lock.acquire()
    expired = []

    def fire() -> None:
        if lock in self._waiters:
            self._waiters.remove(lock)
            expired.append(True)
            lock.release()

    self._waiters.append(lock)
    key = CLOCK.add(timeout, fire)
    state = self._release_save()
    try:
        lock.acquire()
    finally:
        CLOCK.drop(key)
        self._acquire_restore(state)
    return not expired


def _join(self: threading.Thread, timeout: float | None = None) -> None:
    if timeout is None or timeout <= 0:
        _real_join(self, timeout)
        return
    lock = _thread.allocate_lock()
    lock.acquire()
    once = _thread.allocate_lock()

    def release() -> None:
        if once.acquire(blocking=False):
            lock.release()

    def wait_for_end() -> None:
        _real_join(self)
        release()

    _thread.start_new_thread(wait_for_end, ())
    key = CLOCK.add(timeout, release)
    lock.acquire()
    CLOCK.drop(key)


def _select(self: Any, timeout: float | None = None) -> Any:
    real = _real_selects[type(self)]
    if timeout is None or timeout <= 0:
        return real(self, timeout)
    ready = real(self, 0)
    if ready:
        return ready
    alarm = os.eventfd(0)
    self._selector.register(alarm, select.EPOLLIN)
    key = CLOCK.add(timeout, lambda: os.eventfd_write(alarm, 1))
    try:
        return real(self, None)
    finally:
        CLOCK.drop(key)
        self._selector.unregister(alarm)
        os.close(alarm)


def _await_socket(sock: socket.socket, event: int) -> None:
    timeout = sock.gettimeout()
    if not timeout:
        return
    alarm = os.eventfd(0)
    poll = select.poll()
    poll.register(sock, event)
    poll.register(alarm, select.POLLIN)
    key = CLOCK.add(timeout, lambda: os.eventfd_write(alarm, 1))
    try:
        if all(fd == alarm for fd, _ in poll.poll()):
            raise TimeoutError("timed out")
    finally:
        CLOCK.drop(key)
        os.close(alarm)


def _timed(name: str, event: int) -> Callable[..., Any]:
    real = _real_sockets[name]

    def call(self: socket.socket, *args: Any, **kwargs: Any) -> Any:
        _await_socket(self, event)
        return real(self, *args, **kwargs)

    call.__name__ = name
    call.__qualname__ = f"socket.{name}"
    return call


def _readings() -> dict[str, Callable[[], float]]:
    def reading(base: float) -> Callable[[], float]:
        return lambda: base + CLOCK.now

    def nanoseconds(base: float) -> Callable[[], float]:
        return lambda: int((base + CLOCK.now) * 1_000_000_000)

    seconds = {name: reading(base) for name, base in _CLOCKS.items()}
    return seconds | {f"{name}_ns": nanoseconds(base) for name, base in _CLOCKS.items()}


Binding = tuple[ModuleType, str, str]


def bindings() -> list[Binding]:
    """Return where `from time import …` has bound a clock or `sleep` in the imported modules."""
    real = {id(getattr(time, name)): name for name in ("sleep", *_readings())}
    return [
        (module, attribute, real[id(value)])
        for name, module in list(sys.modules.items())
        if isinstance(module, ModuleType) and module is not time and not name.startswith("unstuck.prover")
        for attribute, value in list(vars(module).items())
        if id(value) in real
    ]


#: The code of each stand-in, and the function that a reader knows it as.
STANDS_FOR: dict[CodeType, str] = {
    sleep.__code__: "time.sleep",
    _wait.__code__: "threading.Condition.wait",
    _join.__code__: "threading.Thread.join",
    _select.__code__: "selectors.BaseSelector.select",
}


def install(bound: list[Binding]) -> None:
    """Put virtual time in the place of the real one, in this process and for good."""
    fakes: dict[str, Callable[..., Any]] = {"sleep": sleep, **_readings()}
    for module, attribute, name in [*bound, *((time, name, name) for name in fakes)]:
        setattr(module, attribute, fakes[name])
    patches: list[tuple[Any, str, Callable[..., Any]]] = [
        (threading.Condition, "wait", _wait),
        (threading.Thread, "join", _join),
        *((cls, "select", _select) for cls in _real_selects),
        *((socket.socket, name, _timed(name, select.POLLIN)) for name in _READS),
        *((socket.socket, name, _timed(name, select.POLLOUT)) for name in _WRITES),
    ]
    for owner, name, function in patches:
        setattr(owner, name, function)
