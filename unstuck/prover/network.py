"""The network of a proof: loopback, and nothing else."""

from __future__ import annotations

import socket
from typing import Any

_real_connect = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}
_real_getaddrinfo = socket.getaddrinfo
_INTERNAL = "127.0.0.2"  # every host below `.internal`; a client may connect there with a port of its own choice


def install(port: int | None) -> None:
    """Refuse every address but loopback, and let host names below `.internal` lead to the provider's port."""

    def getaddrinfo(host: Any, service: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name in {None, "localhost", "127.0.0.1", "::1"}:
            return _real_getaddrinfo(host, service, *args, **kwargs)
        if port is not None and str(name).endswith(".internal"):
            return _real_getaddrinfo(_INTERNAL, service, *args, **kwargs)
        raise socket.gaierror(socket.EAI_NONAME, f"a proof has no network beyond loopback, so no {name}")

    def guarded(name: str) -> Any:
        def connect(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX and not str(address[0]).startswith(("127.", "::1")):
                raise PermissionError(f"a proof has no network beyond loopback, so no {address[0]}:{address[1]}")
            return _real_connect[name](self, ("127.0.0.1", port) if address[0] == _INTERNAL else address)

        return connect

    socket.getaddrinfo = getaddrinfo
    for name in _real_connect:
        setattr(socket.socket, name, guarded(name))
