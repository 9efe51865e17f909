from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, ToolMessage
from pydantic import BaseModel

from unstuck.fakes import FakeModel, Gate, GatedModel, ScriptedModel, SilentModel, StreamingModel, on_call, tool_call


def invoke(model: BaseChatModel) -> str:
    return model.invoke("hi").text


def stream(model: BaseChatModel) -> str:
    return "".join(chunk.text for chunk in model.stream("hi"))


async def ainvoke(model: BaseChatModel) -> str:
    return (await model.ainvoke("hi")).text


async def astream(model: BaseChatModel) -> str:
    return "".join([chunk.text async for chunk in model.astream("hi")])


def now(way: Callable[[BaseChatModel], Any], model: BaseChatModel) -> str:
    """Call a model in one of the four ways."""
    said = way(model)
    return str(asyncio.run(said) if asyncio.iscoroutine(said) else said)


sync = pytest.mark.parametrize("way", [invoke, stream])
aio = pytest.mark.parametrize("way", [ainvoke, astream])
every_way = pytest.mark.parametrize("way", [invoke, stream, ainvoke, astream])
every_sleeper = pytest.mark.parametrize(
    ("way", "sleeper"), [(invoke, "thread"), (stream, "thread"), (ainvoke, "task"), (astream, "task")]
)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> queue.Queue[Gate]:
    """Return the gates that anyone comes to, in order."""
    gates: queue.Queue[Gate] = queue.Queue()
    wait, opened = Gate.wait, Gate.opened

    def noted_wait(gate: Gate) -> None:
        gates.put(gate)
        wait(gate)

    async def noted_opened(gate: Gate) -> None:
        gates.put(gate)
        await opened(gate)

    monkeypatch.setattr(Gate, "wait", noted_wait)
    monkeypatch.setattr(Gate, "opened", noted_opened)
    return gates


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float]]:
    """Return who asks to sleep, thread or task, and for how many seconds; nobody does."""
    asked: list[tuple[str, float]] = []

    async def sleep(seconds: float) -> None:
        asked.append(("task", seconds))

    monkeypatch.setattr(time, "sleep", lambda seconds: asked.append(("thread", seconds)))
    monkeypatch.setattr(asyncio, "sleep", sleep)
    return asked


@pytest.fixture
def entries() -> Iterator[threading.Semaphore]:
    """Return a semaphore that every call of a fake releases once."""
    semaphore = threading.Semaphore(0)
    on_call.append(semaphore.release)
    yield semaphore
    on_call.remove(semaphore.release)


@sync
def test_a_silent_model_holds_its_thread(way: Callable[[BaseChatModel], str], waits: queue.Queue[Gate]) -> None:
    """A sync call waits at a shut gate of its own, and only there: it ends if that is forced open."""
    model, ended = SilentModel(), Gate()

    def call() -> None:
        with suppress(ValueError):  # a stream without a token
            way(model)
        ended.open()

    threading.Thread(target=call, daemon=True).start()
    gate = waits.get(timeout=10)
    assert (gate.is_open, ended.is_open, model.calls.in_flight) == (False, False, 1)
    gate.open()
    asyncio.run(asyncio.wait_for(ended.opened(), 10))
    assert model.calls.in_flight == 0


@aio
def test_a_silent_model_holds_its_task(
    way: Callable[[BaseChatModel], Awaitable[str]], waits: queue.Queue[Gate]
) -> None:
    """An async call is pending at a shut gate once it has entered the model, and can be cancelled there."""
    model = SilentModel()

    async def main() -> None:
        task = asyncio.ensure_future(way(model))
        await asyncio.wait_for(model.calls.entered.opened(), 10)
        (silence,) = {waits.get_nowait(), waits.get_nowait()} - {model.calls.entered}
        assert (silence.is_open, task.done(), model.calls.in_flight) == (False, False, 1)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()

    asyncio.run(main())
    assert (model.calls.total, model.calls.in_flight) == (1, 0)


@sync
def test_a_gated_model_answers_a_thread_after_its_gate(
    way: Callable[[BaseChatModel], str], waits: queue.Queue[Gate]
) -> None:
    """A sync call comes to the gate, and has the answer once it is open."""
    gate, said = Gate(), queue.Queue[str]()
    model = GatedModel("42", gate)
    threading.Thread(target=lambda: said.put(way(model)), daemon=True).start()
    assert waits.get(timeout=10) is gate
    assert (model.calls.in_flight, said.empty()) == (1, True)
    gate.open()
    assert said.get(timeout=10) == "42"


@aio
def test_a_gated_model_answers_a_task_after_its_gate(
    way: Callable[[BaseChatModel], Awaitable[str]], entries: threading.Semaphore
) -> None:
    """Three calls wait at the gate at once, on a loop that stays free."""
    model = GatedModel("42", Gate())

    async def main() -> list[str]:
        tasks = [asyncio.ensure_future(way(model)) for _ in range(3)]
        assert all([await asyncio.to_thread(entries.acquire, timeout=10) for _ in tasks])
        assert (model.calls.in_flight, any(task.done() for task in tasks)) == (3, False)
        model.gate.open()
        return await asyncio.wait_for(asyncio.gather(*tasks), 10)

    assert asyncio.run(main()) == ["42"] * 3


@every_way
def test_a_script_is_played_and_its_last_entry_repeats(way: Callable[[BaseChatModel], Any]) -> None:
    """Text, messages and errors come in order, one a call."""
    model = ScriptedModel(["one", AIMessage("two"), ValueError("three")])
    assert [now(way, model), now(way, model)] == ["one", "two"]
    for _ in range(2):
        with pytest.raises(ValueError, match="three"):
            now(way, model)
    assert (model.calls.total, model.calls.in_flight) == (4, 0)


@every_sleeper
def test_each_scripted_answer_takes_its_seconds(
    way: Callable[[BaseChatModel], Any], sleeper: str, slept: list[tuple[str, float]]
) -> None:
    """`after` is slept before the answer, by thread or by task."""
    model = ScriptedModel(["one", "two"], after=2.0)
    assert [now(way, model), now(way, model)] == ["one", "two"]
    assert slept == [(sleeper, 2.0)] * 2


def test_an_empty_script_is_refused() -> None:
    """A model that could say nothing is a mistake of the test."""
    with pytest.raises(ValueError, match="at least 1 item"):
        ScriptedModel([])


QUESTION: Any = {"messages": [("user", "sum")]}


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@pytest.mark.parametrize("stream_mode", [["values"], ["messages", "values"]], ids="+".join)
def test_an_agent_runs_the_scripted_tool_calls(stream_mode: Any) -> None:
    """`create_agent` binds its tools to the model, runs what it calls, and has its answer, streamed or not."""
    model = ScriptedModel([tool_call("add", a=1, b=2), tool_call("add", a=3, b=4), "done"])
    parts: list[Any] = list(
        create_agent(model, [add]).stream(QUESTION, {"recursion_limit": 20}, stream_mode=stream_mode)
    )
    messages = parts[-1][1]["messages"]
    results = [(m.text, m.tool_call_id) for m in messages if isinstance(m, ToolMessage)]
    assert results == [("3", "call_add_1"), ("7", "call_add_2")]
    assert messages[-1].text == "done"
    assert model.calls.total == 3


def test_a_repeated_tool_call_is_a_new_message_each_time() -> None:
    """An agent that never finishes grows by two messages a round: no message replaces an earlier one."""
    agent = create_agent(ScriptedModel([tool_call("add", a=1, b=2)]), [add])
    states = agent.stream(QUESTION, {"recursion_limit": 50}, stream_mode="values")
    assert [len(state["messages"]) for state in islice(states, 7)] == [1, 2, 3, 4, 5, 6, 7]


def test_an_agent_on_a_silent_model_is_pending_in_it() -> None:
    """Any fake takes tools, so any fake can be an agent's model."""
    model = SilentModel()

    async def main() -> None:
        task = asyncio.create_task(create_agent(model, [add]).ainvoke(QUESTION))
        await asyncio.wait_for(model.calls.entered.opened(), 10)
        assert (task.done(), model.calls.in_flight) == (False, 1)
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(main())
    assert model.calls.in_flight == 0


class Weather(BaseModel):
    """The weather of a city."""

    city: str
    degrees: int


def test_structured_output_comes_from_a_scripted_tool_call() -> None:
    """`with_structured_output` parses the tool call of the script."""
    model = ScriptedModel([tool_call("Weather", city="Oslo", degrees=3)]).with_structured_output(Weather)
    assert model.invoke("hi") == Weather(city="Oslo", degrees=3)


class Tokens(BaseCallbackHandler):
    """Collect the tokens that the model announces."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def on_llm_new_token(self, token: Any, **kwargs: Any) -> None:
        self.seen.append(token)


@pytest.mark.parametrize(
    ("way", "options", "announced"),
    [
        (invoke, {}, []),
        (ainvoke, {}, []),
        (invoke, {"streaming": True}, ["a", "b", ""]),
        (ainvoke, {"streaming": True}, ["a", "b", ""]),
        (stream, {}, ["a", "b", ""]),
        (astream, {}, ["a", "b", ""]),
    ],
)
def test_tokens_are_announced_as_a_real_model_announces_them(
    way: Callable[[BaseChatModel], Any], options: dict[str, bool], announced: list[str]
) -> None:
    """Handlers hear tokens when the call streams, and hear none from a plain `invoke`."""
    tokens = Tokens()
    assert now(way, StreamingModel(["a", "b"], callbacks=[tokens], **options)) == "ab"
    assert tokens.seen == announced


@every_sleeper
def test_each_token_takes_its_seconds(
    way: Callable[[BaseChatModel], Any], sleeper: str, slept: list[tuple[str, float]]
) -> None:
    """`every` is slept before each token, by thread or by task."""
    assert now(way, StreamingModel(["a", "b", "c"], every=0.5)) == "abc"
    assert slept == [(sleeper, 0.5)] * 3


def test_a_stream_pauses_at_its_gate(waits: queue.Queue[Gate]) -> None:
    """The tokens before `gate_at` come, the others wait for the gate."""
    gate, said = Gate(), queue.Queue[str]()
    model = StreamingModel(["a", "b", "c"], gate=gate, gate_at=1)

    def read() -> None:
        for chunk in model.stream("hi"):
            said.put(chunk.text)

    threading.Thread(target=read, daemon=True).start()
    assert waits.get(timeout=10) is gate
    assert (said.get(timeout=10), said.empty()) == ("a", True)
    gate.open()
    assert [said.get(timeout=10), said.get(timeout=10)] == ["b", "c"]


@every_way
def test_a_stream_breaks_with_the_given_error(way: Callable[[BaseChatModel], Any]) -> None:
    """`then` is raised after the last token."""
    model = StreamingModel(["a"], then=ConnectionError("peer closed connection"))
    with pytest.raises(ConnectionError, match="peer closed connection"):
        now(way, model)
    assert model.calls.in_flight == 0


def test_a_stream_that_stalls_is_pending_after_its_last_token(waits: queue.Queue[Gate]) -> None:
    """`then="stall"` keeps the call in flight; leaving the stream ends it."""
    model = StreamingModel(["a", "b"], then="stall")

    async def main() -> list[str]:
        said: list[str] = []

        async def read() -> None:
            async for chunk in model.astream("hi"):
                said.append(chunk.text)  # noqa: PERF401  # a stream that stalls never gives a whole list

        task = asyncio.create_task(read())
        gate = await asyncio.to_thread(waits.get, timeout=10)
        assert (gate.is_open, task.done(), model.calls.in_flight) == (False, False, 1)
        task.cancel()
        await asyncio.wait([task])
        return said

    assert asyncio.run(main()) == ["a", "b"]
    assert model.calls.in_flight == 0


@pytest.mark.parametrize("leave", ["close", "aclose"])
def test_a_stream_left_early_is_no_longer_in_flight(leave: str) -> None:
    """Closing the stream ends the call."""
    model = StreamingModel(["a", "b"])

    async def main() -> None:
        chunks = model.astream("hi")
        assert (await anext(chunks)).text == "a"
        assert model.calls.in_flight == 1
        assert isinstance(chunks, AsyncIterator)
        await chunks.aclose()  # type: ignore[attr-defined]
        await asyncio.sleep(0)

    if leave == "aclose":
        asyncio.run(main())
    else:
        chunks: Iterator[Any] = model.stream("hi")
        assert next(chunks).text == "a"
        assert model.calls.in_flight == 1
        chunks.close()  # type: ignore[attr-defined]
    assert model.calls.in_flight == 0


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        (ScriptedModel(["hello"]), ["hello", ""]),
        (StreamingModel(["a", "b"]), ["a", "b", ""]),
        (GatedModel("42", Gate()), ["42", ""]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_events_tell_start_tokens_and_end(model: FakeModel, tokens: list[str]) -> None:
    """`astream_events` sees a fake as it sees any chat model."""
    if isinstance(model, GatedModel):
        model.gate.open()

    async def events() -> list[Any]:
        return [event async for event in model.astream_events("hi", version="v2")]

    seen: list[Any] = asyncio.run(events())
    names = [event["event"] for event in seen]
    assert names == ["on_chat_model_start", *["on_chat_model_stream"] * len(tokens), "on_chat_model_end"]
    assert [event["data"]["chunk"].text for event in seen[1:-1]] == tokens


def test_events_of_a_silent_model_start_and_do_not_end() -> None:
    """What is stuck shows as a start without an end."""
    model = SilentModel()

    async def main() -> list[str]:
        seen = []

        async def read() -> None:
            async for event in model.astream_events("hi", version="v2"):
                seen.append(event["event"])  # noqa: PERF401  # as above

        task = asyncio.create_task(read())
        await asyncio.wait_for(model.calls.entered.opened(), 10)
        assert not task.done()
        task.cancel()
        await asyncio.wait([task])
        return seen

    assert asyncio.run(main()) == ["on_chat_model_start"]
