from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
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
    Drip,
    Gate,
    HangUp,
    Provider,
    RateLimited,
    Request,
    ServerError,
    Silence,
    Stall,
    StallBody,
    Stream,
    tool_call,
)

Way = Callable[[BaseChatModel], str]
Settled = Callable[[int], Request]
KEY = SecretStr("x")
TIMEOUTS = (openai.APITimeoutError, httpx.ReadTimeout)  # the second in mid-stream, with langchain-openai 1.0
BROKEN = (openai.APIConnectionError, httpx.RemoteProtocolError)


def chat(provider: Provider, **options: Any) -> ChatOpenAI:
    """Return the real client; its long timeout only turns a hang into a failure."""
    return ChatOpenAI(base_url=provider.base_url, api_key=KEY, **{"max_retries": 0, "timeout": 10, **options})


def test_it_answers(provider: Provider, way: Way, settled: Settled) -> None:
    """The real client has the text, whole, in each of its four ways."""
    provider.script(Answer("It is  sunny.\n"))
    assert way(chat(provider)) == "It is  sunny.\n"
    request = settled(1)
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


def test_an_answer_takes_its_seconds(provider: Provider, way: Way, slept: list[tuple[str, float]]) -> None:
    """`after` is slept before the answer."""
    provider.script(Answer("late", after=5.0))
    assert way(chat(provider)) == "late"
    assert slept == [("thread", 5.0)]


@pytest.mark.parametrize("way", ["stream", "astream"], indirect=True)
def test_each_streamed_token_takes_its_seconds(provider: Provider, way: Way, slept: list[tuple[str, float]]) -> None:
    """`every` is slept before each token."""
    provider.script(Stream(["a", "b", "c"], every=0.5))
    assert way(chat(provider)) == "abc"
    assert slept == [("thread", 0.5), ("thread", 0.5), ("thread", 0.5)]


def test_silence_lasts_until_the_client_hangs_up(provider: Provider, settled: Settled) -> None:
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
    assert settled(1).hung_up
    assert provider.calls.in_flight == 0


@pytest.mark.parametrize("behaviour", [Silence(), StallBody("{}"), Stall([])], ids=repr)
def test_a_client_with_a_timeout_hangs_up(
    provider: Provider, way: Way, behaviour: Behaviour, entries: threading.Semaphore, settled: Settled
) -> None:
    """Nothing, half a body, the head of a stream: each outlasts the client's own timeout."""
    provider.script(behaviour)
    with pytest.raises(TIMEOUTS):
        way(chat(provider, timeout=httpx.Timeout(None, read=0.02)))
    assert entries.acquire(timeout=10)
    assert settled(1).hung_up


def test_a_stream_stalls_after_its_tokens(provider: Provider, settled: Settled) -> None:
    """The client has the tokens, then nothing; leaving the stream is hanging up."""
    provider.script(Stall(["a", "b"]))
    chunks = chat(provider).stream("hi")
    assert [next(chunks).text, next(chunks).text] == ["a", "b"]
    assert not provider.requests[0].done.is_open
    chunks.close()  # type: ignore[attr-defined]
    assert settled(1).hung_up


@pytest.mark.parametrize("way", ["invoke", "ainvoke"], indirect=True)
def test_a_drip_is_a_byte_at_a_time(provider: Provider, way: Way, slept: list[tuple[str, float]]) -> None:
    """A whole completion comes in the end, with a pause before each byte."""
    provider.script(Drip(every=3.0))
    assert way(chat(provider)) == "ok"
    assert set(slept) == {("thread", 3.0)}
    assert len(slept) > 100


def test_a_rate_limit_reaches_the_caller(provider: Provider, way: Way, settled: Settled) -> None:
    """429 is a RateLimitError, with the Retry-After that was set."""
    provider.script(RateLimited(7))
    with pytest.raises(openai.RateLimitError, match=r"Error code: 429 - .*Rate limit reached") as caught:
        way(chat(provider))
    assert caught.value.response.headers["retry-after"] == "7"
    assert not settled(1).hung_up


def test_a_server_error_reaches_the_caller(provider: Provider, way: Way) -> None:
    """500 is an InternalServerError."""
    provider.script(ServerError())
    with pytest.raises(openai.InternalServerError, match=r"Error code: 500 - .*The server had an error"):
        way(chat(provider))


def test_a_script_is_played_request_by_request(provider: Provider, slept: list[tuple[str, float]]) -> None:
    """A client that retries meets one behaviour after another; the last repeats."""
    provider.script(RateLimited(2), ServerError(), HangUp(), Answer("at last"))
    model = chat(provider, max_retries=3)
    assert [model.invoke("hi").text, model.invoke("hi").text] == ["at last", "at last"]
    assert provider.calls.total == 5
    assert len(slept) == 3
    assert slept[0] == ("thread", 2.0)


def test_hanging_up_is_a_connection_error(provider: Provider, way: Way, settled: Settled) -> None:
    """The provider closes before a word; it is not the client that hung up."""
    provider.script(HangUp())
    with pytest.raises(openai.APIConnectionError, match="Connection error"):
        way(chat(provider))
    assert not settled(1).hung_up


def test_hanging_up_in_the_middle_comes_after_the_tokens(provider: Provider, settled: Settled) -> None:
    """The client has the tokens before the connection breaks."""
    provider.script(HangUp(["a", "b"]))
    chunks = chat(provider).stream("hi")
    assert [next(chunks).text, next(chunks).text] == ["a", "b"]
    with pytest.raises(BROKEN):
        next(chunks)
    assert not settled(1).hung_up


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


def test_it_embeds(provider: Provider) -> None:
    """Embeddings are answered whatever the chat's script does."""
    provider.script(Silence())
    with openai.DefaultHttpxClient() as client:
        model = OpenAIEmbeddings(
            base_url=provider.base_url,
            api_key=KEY,
            http_client=client,
            check_embedding_ctx_length=False,
            timeout=10,
            max_retries=0,
        )
        assert model.embed_documents(["a", "b"]) == [[1.0, 0.0], [1.0, 0.0]]
    for given, indexes in (["a", "b"], [0, 1]), ("a", [0]):
        data = httpx.post(f"{provider.base_url}/embeddings", json={"input": given}).json()["data"]
        assert [entry["index"] for entry in data] == indexes
