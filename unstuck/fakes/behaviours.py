"""What a fake provider does with a request."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import ToolCall

from unstuck.fakes.exchange import Exchange
from unstuck.fakes.gate import Gate

Behaviour = Callable[[Exchange], None]

SSE = "text/event-stream"


@dataclass(frozen=True)
class Body:
    """Answer with a plain body after so many seconds."""

    data: str | bytes
    content_type: str = "text/plain"
    status: int = 200
    after: float = 0.0

    def __call__(self, exchange: Exchange) -> None:
        _pause(self.after)
        data = _bytes(self.data)
        exchange.head(self.status, self.content_type, len(data))
        exchange.write(data)


@dataclass(frozen=True)
class Json:
    """Answer with JSON after so many seconds."""

    value: Any
    status: int = 200
    after: float = 0.0

    def __call__(self, exchange: Exchange) -> None:
        Body(json.dumps(self.value), "application/json", self.status, self.after)(exchange)


@dataclass(frozen=True)
class Answer:
    """Answer a chat completion after so many seconds, as a stream when it was asked for."""

    text: str = "ok"
    tool_calls: Sequence[ToolCall] = ()
    after: float = 0.0

    def __call__(self, exchange: Exchange) -> None:
        calls = [_tool_call(index, call, exchange.number) for index, call in enumerate(self.tool_calls)]
        if _wants_stream(exchange):
            _pause(self.after)
            _say(exchange, re.findall(r"\s*\S+\s*$|\s*\S+", self.text))
            _finish(exchange, calls)
        else:
            Json(completion(self.text, calls), after=self.after)(exchange)


@dataclass(frozen=True)
class Stream:
    """Stream the tokens, with so many seconds before each."""

    tokens: Sequence[str]
    every: float = 0.0

    def __call__(self, exchange: Exchange) -> None:
        _say(exchange, self.tokens, self.every)
        _finish(exchange)


@dataclass(frozen=True)
class Silence:
    """Never answer."""

    def __call__(self, exchange: Exchange) -> None:
        exchange.silence()


@dataclass(frozen=True)
class Stall:
    """Stream the tokens, then say nothing more."""

    tokens: Sequence[str]

    def __call__(self, exchange: Exchange) -> None:
        _say(exchange, self.tokens)
        exchange.silence()


@dataclass(frozen=True)
class StallBody:
    """Send the head and the first half of a plain body, then nothing more."""

    data: str | bytes = "half of it"
    content_type: str = "text/plain"

    def __call__(self, exchange: Exchange) -> None:
        data = _bytes(self.data)
        exchange.head(200, self.content_type, len(data))
        exchange.write(data[: len(data) // 2])
        exchange.silence()


@dataclass(frozen=True)
class Drip:
    """Send a body byte by byte, with so many seconds before each; without one, a chat completion."""

    data: str | bytes | None = None
    every: float = 1.0
    content_type: str = "application/json"

    def __call__(self, exchange: Exchange) -> None:
        data = _bytes(json.dumps(completion("ok")) if self.data is None else self.data)
        exchange.head(200, self.content_type, len(data))
        for byte in data:
            _pause(self.every)
            exchange.write(bytes([byte]))


@dataclass(frozen=True)
class KeepAlive:
    """Stream comments, never a token, for as long as the client listens."""

    every: float = 1.0

    def __call__(self, exchange: Exchange) -> None:
        exchange.head(200, SSE, None)
        while True:
            exchange.chunks(b": keep-alive\n\n")
            _pause(self.every)


@dataclass(frozen=True)
class RateLimited:
    """Refuse with 429, and say in Retry-After when to come back, in seconds."""

    retry_after: float | None = None

    def __call__(self, exchange: Exchange) -> None:
        headers = {} if self.retry_after is None else {"Retry-After": f"{self.retry_after:g}"}
        _refuse(exchange, 429, "Rate limit reached", "rate_limit_exceeded", headers)


@dataclass(frozen=True)
class ServerError:
    """Fail with 500, or another status."""

    status: int = 500

    def __call__(self, exchange: Exchange) -> None:
        _refuse(exchange, self.status, "The server had an error", "server_error", {})


@dataclass(frozen=True)
class HangUp:
    """Close the connection: before a word is said, or after the tokens."""

    tokens: Sequence[str] = ()

    def __call__(self, exchange: Exchange) -> None:
        if self.tokens:
            _say(exchange, self.tokens)
        exchange.close()


@dataclass(frozen=True)
class AfterGate:
    """Behave so once the gate is open."""

    gate: Gate
    behaviour: Behaviour

    def __call__(self, exchange: Exchange) -> None:
        self.gate.wait()
        self.behaviour(exchange)


@dataclass(frozen=True)
class Embeddings:
    """Answer each input with the same vector."""

    vector: Sequence[float] = (1.0, 0.0)

    def __call__(self, exchange: Exchange) -> None:
        given = exchange.asked.json["input"]
        count = 1 if isinstance(given, str) else len(given)
        data = [{"object": "embedding", "index": index, "embedding": list(self.vector)} for index in range(count)]
        usage = {"prompt_tokens": 0, "total_tokens": 0}
        Json({"object": "list", "model": "fake", "data": data, "usage": usage})(exchange)


def completion(text: str, tool_calls: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return the body of a chat completion."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if tool_calls:
        message["tool_calls"] = list(tool_calls)
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if tool_calls else "stop"}
    return {"id": "fake", "object": "chat.completion", "created": 0, "model": "fake", "choices": [choice]}


def _bytes(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


def _wants_stream(exchange: Exchange) -> bool:
    asked = exchange.asked.json
    return isinstance(asked, dict) and asked.get("stream") is True


def _tool_call(index: int, call: ToolCall, number: int) -> dict[str, Any]:
    function = {"name": call["name"], "arguments": json.dumps(call["args"])}
    return {"index": index, "id": f"{call['id']}_{number}", "type": "function", "function": function}


def _event(delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    chunk = {"id": "fake", "object": "chat.completion.chunk", "created": 0, "model": "fake", "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


def _say(exchange: Exchange, tokens: Sequence[str], every: float = 0.0) -> None:
    exchange.head(200, SSE, None)
    for token in tokens:
        _pause(every)
        exchange.chunks(_event({"content": token}))


def _finish(exchange: Exchange, tool_calls: Sequence[dict[str, Any]] = ()) -> None:
    end = _event({"tool_calls": tool_calls}, "tool_calls") if tool_calls else _event({}, "stop")
    # All in one: a client that closes as soon as it has read `[DONE]` has not hung up.
    exchange.chunks(end, b"data: [DONE]\n\n", last=True)


def _pause(seconds: float) -> None:
    if seconds:
        time.sleep(seconds)


def _refuse(exchange: Exchange, status: int, message: str, code: str, headers: dict[str, str]) -> None:
    data = json.dumps({"error": {"message": message, "type": code, "param": None, "code": code}}).encode()
    exchange.head(status, "application/json", len(data), headers)
    exchange.write(data)
