from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from itertools import islice
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, ToolMessage
from pydantic import BaseModel

from unstuck.fakes import FakeModel, Gate, GatedModel, ScriptedModel, SilentModel, StreamingModel, tool_call

Way = Callable[[BaseChatModel], str]
AsyncWay = Callable[[BaseChatModel], Coroutine[Any, Any, str]]


def test_a_silent_model_holds_its_thread(sync_way: Way, waits: queue.Queue[Gate]) -> None:
    """A sync call waits at a shut gate of its own, and only there: it ends if that is forced open."""
    model, ended = SilentModel(), Gate()

    def call() -> None:
        with suppress(ValueError):  # a stream without a token
            sync_way(model)
        ended.open()

    threading.Thread(target=call, daemon=True).start()
    gate = waits.get(timeout=10)
    assert (gate.is_open, ended.is_open, model.calls.in_flight) == (False, False, 1)
    gate.open()
    asyncio.run(asyncio.wait_for(ended.opened(), 10))
    assert model.calls.in_flight == 0


def test_a_silent_model_holds_its_task(async_way: AsyncWay, waits: queue.Queue[Gate]) -> None:
    """An async call is pending at a shut gate once it has entered the model, and can be cancelled there."""
    model = SilentModel()

    async def main() -> None:
        task = asyncio.create_task(async_way(model))
        await asyncio.wait_for(model.calls.entered.opened(), 10)
        (silence,) = {waits.get_nowait(), waits.get_nowait()} - {model.calls.entered}
        assert (silence.is_open, task.done(), model.calls.in_flight) == (False, False, 1)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()

    asyncio.run(main())
    assert (model.calls.total, model.calls.in_flight) == (1, 0)


def test_a_gated_model_answers_a_thread_after_its_gate(sync_way: Way, waits: queue.Queue[Gate]) -> None:
    """A sync call comes to the gate, and has the answer once it is open."""
    gate, said = Gate(), queue.Queue[str]()
    model = GatedModel("42", gate)
    threading.Thread(target=lambda: said.put(sync_way(model)), daemon=True).start()
    assert waits.get(timeout=10) is gate
    assert (model.calls.in_flight, said.empty()) == (1, True)
    gate.open()
    assert said.get(timeout=10) == "42"


def test_a_gated_model_answers_a_task_after_its_gate(async_way: AsyncWay, entries: threading.Semaphore) -> None:
    """Three calls wait at the gate at once, on a loop that stays free."""
    model = GatedModel("42", Gate())

    async def main() -> list[str]:
        tasks = [asyncio.create_task(async_way(model)) for _ in range(3)]
        assert all([await asyncio.to_thread(entries.acquire, timeout=10) for _ in tasks])
        assert (model.calls.in_flight, any(task.done() for task in tasks)) == (3, False)
        model.gate.open()
        return await asyncio.wait_for(asyncio.gather(*tasks), 10)

    assert asyncio.run(main()) == ["42"] * 3


def test_a_script_is_played_and_its_last_entry_repeats(way: Way) -> None:
    """Text, messages and errors come in order, one a call."""
    model = ScriptedModel(["one", AIMessage("two"), ValueError("three")])
    assert [way(model), way(model)] == ["one", "two"]
    for _ in range(2):
        with pytest.raises(ValueError, match="three"):
            way(model)
    assert (model.calls.total, model.calls.in_flight) == (4, 0)


def test_each_scripted_answer_takes_its_seconds(way: Way, sleeper: str, slept: list[tuple[str, float]]) -> None:
    """`after` is slept before the answer, by thread or by task."""
    model = ScriptedModel(["one", "two"], after=2.0)
    assert [way(model), way(model)] == ["one", "two"]
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
