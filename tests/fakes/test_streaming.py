from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import BaseChatModel

from unstuck.fakes import Gate, StreamingModel

Way = Callable[[BaseChatModel], str]


class Tokens(BaseCallbackHandler):
    """Collect the tokens that the model announces."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def on_llm_new_token(self, token: Any, **kwargs: Any) -> None:
        self.seen.append(token)


@pytest.mark.parametrize("options", [{}, {"streaming": True}], ids=str)
def test_tokens_are_announced_as_a_real_model_announces_them(way: Way, options: dict[str, bool]) -> None:
    """Handlers hear tokens when the call streams, and hear none from a plain `invoke`."""
    tokens = Tokens()
    assert way(StreamingModel(["a", "b"], callbacks=[tokens], **options)) == "ab"
    assert tokens.seen == ([] if "invoke" in way.__name__ and not options else ["a", "b", ""])


def test_each_token_takes_its_seconds(way: Way, sleeper: str, slept: list[tuple[str, float]]) -> None:
    """`every` is slept before each token, by thread or by task."""
    assert way(StreamingModel(["a", "b", "c"], every=0.5)) == "abc"
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


def test_a_stream_breaks_with_the_given_error(way: Way) -> None:
    """`then` is raised after the last token."""
    model = StreamingModel(["a"], then=ConnectionError("peer closed connection"))
    with pytest.raises(ConnectionError, match="peer closed connection"):
        way(model)
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


def test_a_stream_left_early_is_no_longer_in_flight() -> None:
    """Closing the stream ends the call."""
    model = StreamingModel(["a", "b"])
    chunks = model.stream("hi")
    assert (next(chunks).text, model.calls.in_flight) == ("a", 1)
    chunks.close()  # type: ignore[attr-defined]
    assert model.calls.in_flight == 0


def test_an_async_stream_left_early_is_no_longer_in_flight() -> None:
    """Closing the stream ends the call, at the latest on the loop's next pass."""
    model = StreamingModel(["a", "b"])

    async def main() -> None:
        chunks = model.astream("hi")
        assert ((await anext(chunks)).text, model.calls.in_flight) == ("a", 1)
        await chunks.aclose()  # type: ignore[attr-defined]
        await asyncio.sleep(0)
        assert model.calls.in_flight == 0

    asyncio.run(main())
