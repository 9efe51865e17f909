"""The network of a proof: loopback, and nothing else.

It refuses with words what `fence` leaves to the kernel, and leads host names below `.internal` to a fake.
"""

from __future__ import annotations

import socket
from typing import Any

_INTERNAL = "127.0.0.2"  # every host below `.internal`; a client may connect there with a port of its own choice
_ports: list[int] = []


def lead_to(port: int) -> None:
    """Let host names below `.internal` lead to a port of loopback."""
    _ports[:] = [port]


def install() -> None:
    """Refuse every address but loopback and every name but `localhost` and those below `.internal`."""
    real_connect = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}
    real_sendto: Any = socket.socket.sendto
    real_sendmsg: Any = socket.socket.sendmsg
    real_getaddrinfo = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        return real_getaddrinfo(_numeric(host), port, *args, **kwargs)

    def gethostbyname(host: Any) -> str:
        return _numeric(host) or "0.0.0.0"  # noqa: S104 - what the real one answers for an empty name

    def guarded(name: str) -> Any:
        def connect(self: socket.socket, address: Any) -> Any:
            return real_connect[name](self, _allowed(self, address))

        return connect

    def sendto(self: socket.socket, data: Any, *args: Any) -> Any:
        return real_sendto(self, data, *args[:-1], _allowed(self, args[-1]))

    def sendmsg(self: socket.socket, buffers: Any, ancillary: Any = (), flags: int = 0, address: Any = None) -> Any:
        return real_sendmsg(self, buffers, ancillary, flags, address and _allowed(self, address))

    socket.getaddrinfo = getaddrinfo
    socket.gethostbyname = gethostbyname
    socket.gethostbyname_ex = lambda host: (host, [], [gethostbyname(host)])
    for name in real_connect:
        setattr(socket.socket, name, guarded(name))
    socket.socket.sendto, socket.socket.sendmsg = sendto, sendmsg  # type: ignore[method-assign,assignment]


def _numeric(host: Any) -> str | None:
    """Return the address that a host name stands for here."""
    name = host.decode() if isinstance(host, bytes) else host
    if not name:
        return None
    if name in {"localhost", "::1", "0.0.0.0"} or name.startswith("127."):  # noqa: S104 - as a server's own address
        return "127.0.0.1" if name == "localhost" else str(name)
    if name.endswith(".internal") and _ports:
        return _INTERNAL
    raise socket.gaierror(socket.EAI_NONAME, f"a proof has no network beyond loopback, so no {name}")


def _allowed(sock: socket.socket, address: Any) -> Any:
    if sock.family not in {socket.AF_INET, socket.AF_INET6}:
        return address
    host, port, *more = address
    try:
        numeric = _numeric(host)
    except socket.gaierror:
        raise PermissionError(f"a proof has no network beyond loopback, so no {host}:{port}") from None
    return ("127.0.0.1", _ports[0]) if numeric == _INTERNAL and _ports else (numeric, port, *more)
