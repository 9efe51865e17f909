"""One HTTP request to a fake provider, and what goes back."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from unstuck.fakes.gate import Gate


@dataclass
class Request:
    """What a client asked, and how it ended.

    Names of headers are in lower case. `hung_up` says that the client closed before it had the whole answer;
    it is settled once `done` is open, which is when the provider has nothing more to send.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    hung_up: bool = False
    done: Gate = field(default_factory=Gate)

    @property
    def json(self) -> Any:
        """Return the decoded body, or None where there is none."""
        return json.loads(self.body) if self.body else None


class Exchange(BaseHTTPRequestHandler):
    """One connection of a client; `answer` is called for each request on it, `asked`, which has a `number`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    asked: Request
    number: int

    def __init__(self, connection: socket.socket, address: Any, answer: Callable[[Exchange], None]) -> None:
        self._answer = answer
        super().__init__(connection, address, None)  # type: ignore[arg-type]  # only socketserver's loop needs one

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.asked = Request(self.command, self.path, headers, body)
        self._answer(self)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _do  # the names that http.server looks for

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def head(self, status: int, content_type: str, length: int | None, headers: Mapping[str, str] = {}) -> None:
        """Begin an answer; without a length the body goes out in chunks."""
        framing = {"Transfer-Encoding": "chunked"} if length is None else {"Content-Length": str(length)}
        self.send_response_only(status)
        for name, value in {"Content-Type": content_type, **framing, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def write(self, data: bytes) -> None:
        """Send a part of a body that has a length; raise ConnectionError when the client is gone."""
        if data and self._client_left():
            raise ConnectionAbortedError
        self.wfile.write(data)

    def chunks(self, *parts: bytes, last: bool = False) -> None:
        """Send parts of a body without a length at one go; raise ConnectionError when the client is gone."""
        ending = [b""] if last else []
        self.write(b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in [*parts, *ending]))

    def silence(self) -> None:
        """Send nothing more; raise ConnectionError once the client closes the connection."""
        while self.connection.recv(65536):
            pass
        raise ConnectionAbortedError

    def close(self) -> None:
        """Close the connection as soon as the behaviour returns."""
        self.close_connection = True

    def _client_left(self) -> bool:
        try:
            return not self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
