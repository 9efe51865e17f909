from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import openai
import pytest
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import SecretStr

from unstuck.fakes import (
    AfterGate,
    Answer,
    Behaviour,
    Body,
    Drip,
    Exchange,
    Gate,
    HangUp,
    Json,
    KeepAlive,
    Provider,
    RateLimited,
    Request,
    ServerError,
    Silence,
    Stall,
    StallBody,
    Stream,
    on_call,
    tool_call,
)

KEY = SecretStr("x")
TIMEOUTS = (openai.APITimeoutError, httpx.ReadTimeout)  # the second in mid-stream, with langchain-openai 1.0
BROKEN = (openai.APIConnectionError, httpx.RemoteProtocolError)
CONTEXT = ssl.create_default_context()


@pytest.fixture(autouse=True)
def _one_ssl_context(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare each client the 0.1 s that reading the certificates takes; nothing here speaks TLS."""
    monkeypatch.setattr(ssl, "create_default_context", lambda *args, **kwargs: CONTEXT)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as provider:
        yield provider


@pytest.fixture
def entries() -> Iterator[threading.Semaphore]:
    """Return a semaphore that every call of a fake releases once."""
    semaphore = threading.Semaphore(0)
    on_call.append(semaphore.release)
    yield semaphore
    on_call.remove(semaphore.release)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds that anyone asks to sleep; nobody does."""
    seconds: list[float] = []
    monkeypatch.setattr(time, "sleep", seconds.append)
    return seconds


def chat(provider: Provider, **options: Any) -> ChatOpenAI:
    """Return the real client; its long timeout only turns a hang into a failure."""
    return ChatOpenAI(base_url=provider.base_url, api_key=KEY, **{"max_retries": 0, "timeout": 10, **options})


def invoke(model: BaseChatModel) -> str:
    return model.invoke("hi").text


def stream(model: BaseChatModel) -> str:
    return "".join(chunk.text for chunk in model.stream("hi"))


def ainvoke(model: BaseChatModel) -> str:
    async def main() -> str:
        return (await model.ainvoke("hi")).text

    return asyncio.run(main())


def astream(model: BaseChatModel) -> str:
    async def main() -> str:
        return "".join([chunk.text async for chunk in model.astream("hi")])

    return asyncio.run(main())


Way = Callable[[BaseChatModel], str]
every_way = pytest.mark.parametrize("way", [invoke, stream, ainvoke, astream])
streams = pytest.mark.parametrize("way", [stream, astream])


def settled(provider: Provider, number: int = 1) -> Request:
    """Return a request once the provider is done with it; the bound only turns a hang into a failure."""
    request = provider.requests[number - 1]
    asyncio.run(asyncio.wait_for(request.done.opened(), 10))
    return request


def ended(provider: Provider) -> None:
    """Close a provider and see all its threads end."""
    threads = [thread for thread in threading.enumerate() if thread.name == "unstuck-provider"]
    provider.close()
    assert threads
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


@every_way
def test_it_answers(provider: Provider, way: Way) -> None:
    """The real client has the text, whole, in each of its four ways."""
    provider.script(Answer("It is  sunny.\n"))
    assert way(chat(provider)) == "It is  sunny.\n"
    request = settled(provider)
    assert (request.method, request.path, request.hung_up) == ("POST", "/v1/chat/completions", False)
    assert request.headers["authorization"] == "Bearer x"
    assert request.json["messages"] == [{"content": "hi", "role": "user"}]
    assert (provider.calls.total, provider.calls.in_flight) == (1, 0)


def test_an_answer_comes_word_by_word_when_streamed(provider: Provider) -> None:
    """Each word is a chunk."""
    provider.script(Answer("one two three"))
    assert [chunk.text for chunk in chat(provider).stream("hi")][:3] == ["one", " two", " three"]


@pytest.mark.parametrize("options", [{"streaming": False}, {"streaming": True}], ids=str)
def test_an_agent_runs_the_tool_calls_it_answers(provider: Provider, options: dict[str, bool]) -> None:
    """The real client decodes the tool calls, streamed or not, each with an id of its own."""

    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    call = Answer("", tool_call("add", a=1, b=2).tool_calls)
    provider.script(call, call, Answer("done"))
    agent = create_agent(chat(provider, **options), [add])
    question: Any = {"messages": [("user", "sum")]}
    messages = agent.invoke(question, {"recursion_limit": 20})["messages"]
    assert messages[1].response_metadata["finish_reason"] == "tool_calls"
    assert [(m.text, getattr(m, "tool_call_id", None)) for m in messages if m.type == "tool"] == [
        ("3", "call_add_1"),
        ("3", "call_add_2"),
    ]
    assert messages[-1].text == "done"


@every_way
def test_an_answer_takes_its_seconds(provider: Provider, way: Way, slept: list[float]) -> None:
    """`after` is slept before the answer."""
    provider.script(Answer("late", after=5.0))
    assert way(chat(provider)) == "late"
    assert slept == [5.0]


@streams
def test_each_streamed_token_takes_its_seconds(provider: Provider, way: Way, slept: list[float]) -> None:
    """`every` is slept before each token."""
    provider.script(Stream(["a", "b", "c"], every=0.5))
    assert way(chat(provider)) == "abc"
    assert slept == [0.5, 0.5, 0.5]


def test_silence_lasts_until_the_client_hangs_up(provider: Provider) -> None:
    """The request stays in flight; a client that is cancelled has hung up."""
    provider.script(Silence())

    async def main() -> None:
        task = asyncio.create_task(chat(provider).ainvoke("hi"))
        await asyncio.wait_for(provider.calls.entered.opened(), 10)
        assert (task.done(), provider.calls.in_flight) == (False, 1)
        assert not provider.requests[0].done.is_open
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(main())
    assert settled(provider).hung_up
    assert provider.calls.in_flight == 0


@every_way
@pytest.mark.parametrize("behaviour", [Silence(), StallBody("{}"), Stall([])], ids=repr)
def test_a_client_with_a_timeout_hangs_up(
    provider: Provider, way: Way, behaviour: Behaviour, entries: threading.Semaphore
) -> None:
    """Nothing, half a body, the head of a stream: each outlasts the client's own timeout."""
    provider.script(behaviour)
    with pytest.raises(TIMEOUTS):
        way(chat(provider, timeout=httpx.Timeout(None, read=0.02)))
    assert entries.acquire(timeout=10)
    assert settled(provider).hung_up


def test_a_stream_stalls_after_its_tokens(provider: Provider) -> None:
    """The client has the tokens, then nothing; leaving the stream is hanging up."""
    provider.script(Stall(["a", "b"]))
    chunks = chat(provider).stream("hi")
    assert [next(chunks).text, next(chunks).text] == ["a", "b"]
    assert not provider.requests[0].done.is_open
    chunks.close()  # type: ignore[attr-defined]
    assert settled(provider).hung_up


def test_a_body_stalls_after_its_first_half(provider: Provider) -> None:
    """A plain client reads half of what the head announces."""
    provider.script(StallBody("12345678", content_type="text/csv"))
    with httpx.stream("GET", provider.url) as response:
        assert (response.headers["content-length"], response.headers["content-type"]) == ("8", "text/csv")
        body = response.iter_raw()
        assert next(body) == b"1234"
    assert settled(provider).hung_up


@pytest.mark.parametrize("way", [invoke, ainvoke])
def test_a_drip_is_a_byte_at_a_time(provider: Provider, way: Way, slept: list[float]) -> None:
    """A whole completion comes in the end, with a pause before each byte."""
    provider.script(Drip(every=3.0))
    assert way(chat(provider)) == "ok"
    assert set(slept) == {3.0}
    assert len(slept) > 100


def test_a_drip_is_seen_byte_by_byte(provider: Provider, slept: list[float]) -> None:
    """A plain client gets the body that was asked for."""
    provider.script(Drip("abc", every=9.0, content_type="text/plain"))
    assert httpx.get(provider.url).text == "abc"
    assert slept == [9.0, 9.0, 9.0]


def test_a_drip_stops_when_the_client_hangs_up(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one byte that came too late counts as not sent."""
    gone = Gate()
    monkeypatch.setattr(time, "sleep", lambda seconds: gone.wait())
    provider.script(Drip("a"))
    with httpx.stream("GET", provider.url) as response:
        assert response.status_code == 200
    gone.open()
    assert settled(provider).hung_up


def test_keep_alive_sends_comments_and_no_token(provider: Provider, slept: list[float]) -> None:
    """Comments come for as long as the client reads."""
    provider.script(KeepAlive(every=15.0))
    with httpx.stream("GET", provider.url) as response:
        lines = response.iter_lines()
        assert [next(lines) for _ in range(6)] == [": keep-alive", ""] * 3
    assert settled(provider).hung_up
    assert set(slept) == {15.0}


@every_way
def test_a_rate_limit_reaches_the_caller(provider: Provider, way: Way) -> None:
    """429 is a RateLimitError, with the Retry-After that was set."""
    provider.script(RateLimited(7))
    with pytest.raises(openai.RateLimitError, match=r"Error code: 429 - .*Rate limit reached") as caught:
        way(chat(provider))
    assert caught.value.response.headers["retry-after"] == "7"
    assert not settled(provider).hung_up


@pytest.mark.parametrize(("retry_after", "header"), [(None, None), (0.5, "0.5"), (120, "120")])
def test_a_rate_limit_says_when_to_come_back(provider: Provider, retry_after: float | None, header: str | None) -> None:
    """Retry-After is the number of seconds, or is not there."""
    provider.script(RateLimited(retry_after))
    assert httpx.get(provider.url).headers.get("retry-after") == header


@every_way
def test_a_server_error_reaches_the_caller(provider: Provider, way: Way) -> None:
    """500 is an InternalServerError."""
    provider.script(ServerError())
    with pytest.raises(openai.InternalServerError, match=r"Error code: 500 - .*The server had an error"):
        way(chat(provider))


def test_a_script_is_played_request_by_request(provider: Provider, slept: list[float]) -> None:
    """A client that retries meets one behaviour after another; the last repeats."""
    provider.script(RateLimited(2), ServerError(), HangUp(), Answer("at last"))
    model = chat(provider, max_retries=3)
    assert [invoke(model), invoke(model)] == ["at last", "at last"]
    assert provider.calls.total == 5
    assert len(slept) == 3
    assert slept[0] == 2.0


@every_way
def test_hanging_up_is_a_connection_error(provider: Provider, way: Way) -> None:
    """The provider closes before a word; it is not the client that hung up."""
    provider.script(HangUp())
    with pytest.raises(openai.APIConnectionError, match="Connection error"):
        way(chat(provider))
    assert not settled(provider).hung_up


def test_hanging_up_in_the_middle_comes_after_the_tokens(provider: Provider) -> None:
    """The client has the tokens before the connection breaks."""
    provider.script(HangUp(["a", "b"]))
    chunks = chat(provider).stream("hi")
    assert [next(chunks).text, next(chunks).text] == ["a", "b"]
    with pytest.raises(BROKEN):
        next(chunks)
    assert not settled(provider).hung_up


def test_a_gate_holds_an_answer_back(provider: Provider, entries: threading.Semaphore) -> None:
    """Two requests wait at the gate at once, and both are answered after it opens."""
    gate = Gate()
    provider.script(AfterGate(gate, Answer("now")))

    async def main() -> list[str]:
        model = chat(provider)
        tasks = [asyncio.create_task(model.ainvoke("hi")) for _ in range(2)]
        assert all([await asyncio.to_thread(entries.acquire, timeout=10) for _ in tasks])
        assert (provider.calls.in_flight, any(task.done() for task in tasks)) == (2, False)
        gate.open()
        return [message.text for message in await asyncio.wait_for(asyncio.gather(*tasks), 10)]

    assert asyncio.run(main()) == ["now", "now"]


def test_paths_have_scripts_of_their_own(provider: Provider) -> None:
    """A tool's endpoint and the model's can misbehave apart; the longest path decides."""
    provider.script(Json({"price": 7}), path="/stock").script(Body("gone", status=410), path="/stock/old")
    assert httpx.get(f"{provider.url}/stock/ACME?currency=EUR").json() == {"price": 7}
    old = httpx.get(f"{provider.url}/stock/old")
    assert (old.status_code, old.text) == (410, "gone")
    assert invoke(chat(provider)) == "ok"
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


def test_it_embeds(provider: Provider) -> None:
    """Embeddings are answered whatever the chat's script does."""
    provider.script(Silence())
    with openai.DefaultHttpxClient() as client:
        model = OpenAIEmbeddings(
            base_url=provider.base_url, api_key=KEY, http_client=client, check_embedding_ctx_length=False
        )
        assert model.embed_documents(["a", "b"]) == [[1.0, 0.0], [1.0, 0.0]]
    for given, indexes in (["a", "b"], [0, 1]), ("a", [0]):
        data = httpx.post(f"{provider.base_url}/embeddings", json={"input": given}).json()["data"]
        assert [entry["index"] for entry in data] == indexes


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
    assert [settled(provider, number).hung_up for number, _ in enumerate(behaviours, 1)] == [True] * 5
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
        assert client.recv(1024)
    ended(provider)
    assert (crashes, capfd.readouterr()) == ([], ("", ""))


def test_a_client_that_leaves_with_all_it_was_to_get_has_not_hung_up(provider: Provider) -> None:
    """After the head of an empty body there is nothing left to miss."""
    gone = Gate()

    def empty(exchange: Exchange) -> None:
        exchange.head(204, "text/plain", 0)
        gone.wait()
        exchange.write(b"")

    provider.script(empty)
    assert httpx.get(provider.url, headers={"Connection": "close"}).status_code == 204
    gone.open()
    assert not settled(provider).hung_up


def test_closing_ends_every_thread() -> None:
    """After `close` nobody listens and no thread is left; a client cut off by it has not hung up."""
    with Provider() as provider:
        provider.script(Silence())
        client = socket.create_connection(("127.0.0.1", provider.port))
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        idle = socket.create_connection(("127.0.0.1", provider.port))
        asyncio.run(asyncio.wait_for(provider.calls.entered.opened(), 10))
        ended(provider)
    assert not settled(provider).hung_up
    with client, idle, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", provider.port))


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
