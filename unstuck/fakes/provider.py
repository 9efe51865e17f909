"""An OpenAI-compatible server on loopback that does as it is told."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any, Self

from unstuck.fakes.behaviours import Answer, Behaviour, Body, Embeddings
from unstuck.fakes.calls import Calls
from unstuck.fakes.exchange import Exchange, Request
from unstuck.fakes.otherwise import WORDS, otherwise


class Provider:
    """Serve HTTP on 127.0.0.1, from its creation until `close`; until a script says otherwise, answer "ok"."""

    def __init__(self) -> None:
        self.calls = Calls()
        self.requests: list[Request] = []
        self._scripts: dict[str, list[Behaviour]] = {"": [Answer()], "/v1/embeddings": [Embeddings()]}
        self._lock = threading.Lock()
        self._closed = False
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._listener.settimeout(None)  # the program may have set a default timeout for sockets
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.base_url = f"{self.url}/v1"
        self._start(self._accept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def script(self, *behaviours: Behaviour, path: str = "") -> Self:
        """Set what happens to the next requests to `path` and below, one behaviour each; the last repeats.

        The longest path that fits decides. Embeddings have a script of their own, at `/v1/embeddings`.
        """
        if not behaviours:
            raise ValueError("a script needs at least one behaviour")
        with self._lock:
            self._scripts[path] = list(behaviours)
        return self

    def close(self) -> None:
        """Stop listening and close every connection."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        # A thread in accept() does not notice that its socket is closed; a connection wakes it.
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port)).close()

    def _start(self, target: Any, *args: Any) -> None:
        threading.Thread(target=target, args=args, name="unstuck-provider", daemon=True).start()

    def _accept(self) -> None:
        with self._listener:
            while True:
                connection, address = self._listener.accept()
                connection.settimeout(None)
                with self._lock:
                    if self._closed:
                        connection.close()
                        return
                    self._open.add(connection)
                self._start(self._talk, connection, address)

    def _talk(self, connection: socket.socket, address: Any) -> None:
        try:
            with connection, suppress(ConnectionError):
                Exchange(connection, address, self._answer)
        finally:
            with self._lock:
                self._open.discard(connection)

    def _answer(self, exchange: Exchange) -> None:
        with self._lock:
            self.requests.append(exchange.asked)
            script = self._scripts[max(filter(exchange.path.startswith, self._scripts), key=len)]
            behaviour = script.pop(0) if len(script) > 1 else script[0]
        try:
            with self.calls.count() as exchange.number:
                (_otherwise(exchange) if otherwise() else behaviour)(exchange)
        except ConnectionError:
            exchange.asked.hung_up = not self._closed
        finally:
            exchange.asked.done.open()


def _otherwise(exchange: Exchange) -> Behaviour:
    return Answer(WORDS) if exchange.path.endswith("/completions") else Body(WORDS)
