"""Sockets with a timeout, in virtual time."""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Callable
from typing import Any

from unstuck.prover.clock import CLOCK, alarm

_READS = ("recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg", "accept")
_WRITES = ("send", "sendto", "sendmsg")
_real: dict[str, Any] = {}  # as they are at first use, with the guard of the network around some


def patches() -> list[tuple[type, str, Any]]:
    """Return what is to stand in the place of the methods of `socket.socket`."""
    for name in (*_READS, *_WRITES, "sendall", "connect"):
        _real[name] = getattr(socket.socket, name)
    return [
        *((socket.socket, name, _timed(name, select.POLLIN)) for name in _READS),
        *((socket.socket, name, _timed(name, select.POLLOUT)) for name in _WRITES),
        (socket.socket, "sendall", _sendall),
        (socket.socket, "connect", _connect),
    ]


def ready(descriptor: int, event: int, seconds: float) -> bool:
    """Wait for an event on a descriptor; tell whether it came in time."""
    with alarm(seconds) as late:
        poll = select.poll()
        poll.register(descriptor, event)
        poll.register(late, select.POLLIN)
        return any(found != late for found, _ in poll.poll())


def _await_socket(sock: socket.socket, event: int) -> None:
    timeout = sock.gettimeout()
    if timeout and not ready(sock.fileno(), event, timeout):
        raise TimeoutError("timed out")


def _timed(name: str, event: int) -> Callable[..., Any]:
    real = _real[name]

    def call(self: socket.socket, *args: Any, **kwargs: Any) -> Any:
        _await_socket(self, event)
        return real(self, *args, **kwargs)

    call.__name__ = name
    call.__qualname__ = f"socket.{name}"
    return call


def _sendall(self: socket.socket, data: Any, flags: int = 0) -> None:
    timeout = self.gettimeout()
    if not timeout:
        _real["sendall"](self, data, flags)
        return
    until, left = CLOCK.now + timeout, memoryview(data).cast("B")
    while left:
        if not ready(self.fileno(), select.POLLOUT, until - CLOCK.now):
            raise TimeoutError("timed out")
        left = left[_real["send"](self, left, flags) :]


def _connect(self: socket.socket, address: Any) -> None:
    timeout = self.gettimeout()
    if not timeout or self.family == socket.AF_UNIX:  # the latter connects at once or not at all
        _real["connect"](self, address)
        return
    self.settimeout(0.0)
    try:
        _real["connect"](self, address)
    except BlockingIOError:
        if not ready(self.fileno(), select.POLLOUT, timeout):
            raise TimeoutError("timed out") from None
        error = self.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, os.strerror(error)) from None
    finally:
        self.settimeout(timeout)
