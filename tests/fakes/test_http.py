from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Callable

import httpx
import pytest

from unstuck.fakes import (
    AfterGate,
    Answer,
    Behaviour,
    Body,
    Drip,
    Exchange,
    Gate,
    Json,
    KeepAlive,
    Provider,
    RateLimited,
    Request,
    Silence,
    Stall,
    StallBody,
    Stream,
)

Settled = Callable[[int], Request]


def ended(provider: Provider) -> None:
    """Close a provider and see all its threads end."""
    threads = [thread for thread in threading.enumerate() if thread.name == "unstuck-provider"]
    provider.close()
    assert threads
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_a_body_stalls_after_its_first_half(provider: Provider, settled: Settled) -> None:
    """A plain client reads half of what the head announces."""
    provider.script(StallBody("12345678", content_type="text/csv"))
    with httpx.stream("GET", provider.url) as response:
        assert (response.headers["content-length"], response.headers["content-type"]) == ("8", "text/csv")
        body = response.iter_raw()
        assert next(body) == b"1234"
    assert settled(1).hung_up


def test_a_drip_is_seen_byte_by_byte(provider: Provider, slept: list[tuple[str, float]]) -> None:
    """A plain client gets the body that was asked for."""
    provider.script(Drip("abc", every=9.0, content_type="text/plain"))
    assert httpx.get(provider.url).text == "abc"
    assert slept == [("thread", 9.0), ("thread", 9.0), ("thread", 9.0)]


def test_a_drip_stops_when_the_client_hangs_up(
    provider: Provider, monkeypatch: pytest.MonkeyPatch, settled: Settled
) -> None:
    """The one byte that came too late counts as not sent."""
    gone = Gate()
    monkeypatch.setattr(time, "sleep", lambda seconds: gone.wait())
    provider.script(Drip("a"))
    with httpx.stream("GET", provider.url) as response:
        assert response.status_code == 200
    gone.open()
    assert settled(1).hung_up


def test_keep_alive_sends_comments_and_no_token(
    provider: Provider, slept: list[tuple[str, float]], settled: Settled
) -> None:
    """Comments come for as long as the client reads."""
    provider.script(KeepAlive(every=15.0))
    with httpx.stream("GET", provider.url) as response:
        lines = response.iter_lines()
        assert [next(lines) for _ in range(6)] == [": keep-alive", ""] * 3
    assert settled(1).hung_up
    assert set(slept) == {("thread", 15.0)}


@pytest.mark.parametrize(("retry_after", "header"), [(None, None), (0.5, "0.5"), (120, "120")])
def test_a_rate_limit_says_when_to_come_back(provider: Provider, retry_after: float | None, header: str | None) -> None:
    """Retry-After is the number of seconds, or is not there."""
    provider.script(RateLimited(retry_after))
    assert httpx.get(provider.url).headers.get("retry-after") == header


def test_paths_have_scripts_of_their_own(provider: Provider) -> None:
    """A tool's endpoint and the model's can misbehave apart; the longest path decides."""
    provider.script(Json({"price": 7}), path="/stock").script(Body("gone", status=410), path="/stock/old")
    assert httpx.get(f"{provider.url}/stock/ACME?currency=EUR").json() == {"price": 7}
    old = httpx.get(f"{provider.url}/stock/old")
    assert (old.status_code, old.text) == (410, "gone")
    assert httpx.get(f"{provider.url}/other").json()["object"] == "chat.completion"
    assert [request.path for request in provider.requests][:2] == ["/stock/ACME?currency=EUR", "/stock/old"]


def test_an_empty_script_is_refused(provider: Provider) -> None:
    """A script without behaviours is a mistake of the proof."""
    with pytest.raises(ValueError, match="at least one behaviour"):
        provider.script()


def test_a_function_is_a_behaviour(provider: Provider) -> None:
    """What the shipped behaviours lack, a function can do; it sees the request and its number."""

    def echo(exchange: Exchange) -> None:
        Json({"number": exchange.number, "asked": exchange.asked.json})(exchange)

    provider.script(echo)
    assert httpx.post(provider.url, json=[1], headers={"X-Trace": "Ab"}).json() == {"number": 1, "asked": [1]}
    assert provider.requests[0].headers["x-trace"] == "Ab"
    assert httpx.put(provider.url).json() == {"number": 2, "asked": None}


def test_connections_are_kept_alive(provider: Provider) -> None:
    """Requests of one client share a connection, streamed or not."""
    ports = []

    def port(exchange: Exchange) -> None:
        ports.append(exchange.client_address[1])
        Stream(["a"])(exchange)

    provider.script(port, Body(""), port)
    with httpx.Client() as client:
        bodies = [client.get(provider.url).text for _ in range(3)]
    assert (bodies[1], bodies[0]) == ("", bodies[2])
    assert bodies[0].endswith("data: [DONE]\n\n")
    assert len(set(ports)) == 1 < len(ports)


def test_a_client_that_leaves_is_no_error_of_the_server(
    provider: Provider,
    entries: threading.Semaphore,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    settled: Settled,
) -> None:
    """Whatever it was doing when the client left, a server thread ends without a word."""
    crashes: list[object] = []
    monkeypatch.setattr(threading, "excepthook", crashes.append)
    gate = Gate()
    behaviours: list[Behaviour] = [
        Silence(),
        Stall(["a"]),
        StallBody("ab"),
        KeepAlive(0),
        AfterGate(gate, Answer("late")),
    ]
    provider.script(*behaviours)
    for _ in behaviours:
        with socket.create_connection(("127.0.0.1", provider.port)) as client:
            client.sendall(b'POST / HTTP/1.1\r\nContent-Length: 16\r\n\r\n{"stream": true}')
            assert entries.acquire(timeout=10)
    gate.open()
    assert [settled(number).hung_up for number, _ in enumerate(behaviours, 1)] == [True] * 5
    for nonsense in (b"POST / HT", b"POST\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", provider.port)) as client:
            client.sendall(nonsense)
            client.shutdown(socket.SHUT_WR)
            while client.recv(1024):
                pass
    with socket.create_connection(("127.0.0.1", provider.port)) as client:
        reset_on_close = struct.pack("ii", 1, 0)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset_on_close)
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        while not client.recv(1024).endswith(b"}"):
            pass
    ended(provider)
    assert (crashes, capfd.readouterr()) == ([], ("", ""))


def test_a_client_that_leaves_with_all_it_was_to_get_has_not_hung_up(provider: Provider, settled: Settled) -> None:
    """After the head of an empty body there is nothing left to miss."""
    gone = Gate()

    def empty(exchange: Exchange) -> None:
        exchange.head(204, "text/plain", 0)
        gone.wait()
        exchange.write(b"")

    provider.script(empty)
    assert httpx.get(provider.url, headers={"Connection": "close"}).status_code == 204
    gone.open()
    assert not settled(1).hung_up


def test_closing_ends_every_thread(provider: Provider, settled: Settled) -> None:
    """After `close` nobody listens and no thread is left; a client cut off by it has not hung up."""
    provider.script(Silence())
    address = ("127.0.0.1", provider.port)
    with socket.create_connection(address) as client, socket.create_connection(address):
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        asyncio.run(asyncio.wait_for(provider.calls.entered.opened(), 10))
        ended(provider)
    assert not settled(1).hung_up
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)


def test_the_programs_default_timeout_is_not_the_servers() -> None:
    """A program that sets a default timeout for sockets gives none to the provider's."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(30.0)
    timeouts = []
    try:
        with Provider() as provider:

            def note(exchange: Exchange) -> None:
                timeouts.append(exchange.connection.gettimeout())
                Body("")(exchange)

            httpx.get(provider.script(note).url)
            timeouts.append(provider._listener.gettimeout())
    finally:
        socket.setdefaulttimeout(before)
    assert timeouts == [None, None]
