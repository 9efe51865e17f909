"""One HTTP request to a fake provider, and what goes back."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from unstuck.fakes.gate import Gate


@dataclass
class Request:
    """What a client asked, and how it ended.

    Names of headers are in lower case. `hung_up` says that the client closed before it had the whole answer;
    it is settled once `done` is open.
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
    """One connection of a client; `answer` is called for each request on it."""

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
        try:
            self._answer(self)
        except ConnectionError:
            self.asked.hung_up = True
            self.close_connection = True
        finally:
            self.asked.done.open()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _do  # the names that http.server looks for

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def head(self, status: int, content_type: str, length: int | None = None, **headers: str) -> None:
        """Send the head of an answer; without a length the body goes out in chunks."""
        self.send_response_only(status)
        self.send_header("Content-Type", content_type)
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.check()
        self.end_headers()

    def write(self, data: bytes) -> None:
        """Send a part of a body that has a length; raise ConnectionError when the client is gone."""
        self.check()
        self.wfile.write(data)

    def chunk(self, data: bytes) -> None:
        """Send one chunk of a body without a length; an empty one ends it."""
        self.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def pause(self, seconds: float) -> None:
        if seconds:
            time.sleep(seconds)

    def check(self) -> None:
        """Raise ConnectionError when the client has closed the connection."""
        try:
            if self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b"":
                raise ConnectionAbortedError
        except BlockingIOError:
            pass

    def silence(self) -> None:
        """Send nothing more; raise ConnectionError once the client closes the connection."""
        while self.connection.recv(65536):
            pass
        raise ConnectionAbortedError

    def close(self) -> None:
        """Close the connection as soon as the behaviour returns."""
        self.close_connection = True
