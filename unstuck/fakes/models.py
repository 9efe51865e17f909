"""Chat models that misbehave on purpose."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, Literal

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolCall, message_chunk_to_message
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import Field, InstanceOf

from unstuck.fakes.calls import Calls
from unstuck.fakes.gate import Gate
from unstuck.fakes.otherwise import WORDS, otherwise

Step = Gate | float | Exception | AIMessageChunk
"""Wait for it; sleep that many seconds; raise it; say it."""


class FakeModel(BaseChatModel):
    """A chat model that plays, on each call, the steps that its subclass gives."""

    calls: Calls = Field(default_factory=Calls, exclude=True, repr=False)

    @abstractmethod
    def steps(self, number: int) -> Iterator[Step]:
        """Return what the model does on its call `number`, counted from 1."""

    def _played(self, number: int) -> Iterator[Step]:
        return iter([AIMessageChunk(content=WORDS)]) if otherwise() else self.steps(number)

    @property
    def _llm_type(self) -> str:
        return "fake"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[LanguageModelInput, AIMessage]:
        """Accept tools as a real model does; what is called is up to the steps."""
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        said = []
        with self.calls.count() as number:
            for step in self._played(number):
                if isinstance(step, AIMessageChunk):
                    said.append(step)
                else:
                    _do(step)
        return _result(said)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        said = []
        with self.calls.count() as number:
            for step in self._played(number):
                if isinstance(step, AIMessageChunk):
                    said.append(step)
                else:
                    await _ado(step)
        return _result(said)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        with self.calls.count() as number:
            for step in self._played(number):
                if isinstance(step, AIMessageChunk):
                    chunk = ChatGenerationChunk(message=step)
                    if run_manager:
                        run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                    yield chunk
                else:
                    _do(step)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        with self.calls.count() as number:
            for step in self._played(number):
                if isinstance(step, AIMessageChunk):
                    chunk = ChatGenerationChunk(message=step)
                    if run_manager:
                        await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                    yield chunk
                else:
                    await _ado(step)


class SilentModel(FakeModel):
    """A model that never answers."""

    def steps(self, number: int) -> Iterator[Step]:
        yield Gate()


class GatedModel(FakeModel):
    """A model that gives its answer once the gate is open."""

    answer: str
    gate: Gate

    def __init__(self, answer: str, gate: Gate, **kwargs: Any) -> None:
        super().__init__(**dict(kwargs, answer=answer, gate=gate))

    def steps(self, number: int) -> Iterator[Step]:
        yield self.gate
        yield AIMessageChunk(content=self.answer)


class ScriptedModel(FakeModel):
    """A model that answers by a script, one entry a call; the last entry repeats.

    `after` is how many seconds each answer takes. Ids of tool calls get the number of the call, so that no two
    calls of a conversation share one.
    """

    script: Sequence[str | InstanceOf[AIMessage] | InstanceOf[Exception]] = Field(min_length=1)
    after: float = 0.0

    def __init__(self, script: Sequence[str | AIMessage | Exception], **kwargs: Any) -> None:
        super().__init__(**dict(kwargs, script=script))

    def steps(self, number: int) -> Iterator[Step]:
        if self.after:
            yield self.after
        entry = self.script[min(number, len(self.script)) - 1]
        if isinstance(entry, Exception):
            yield entry
        elif isinstance(entry, AIMessage):
            calls = [{**call, "id": f"{call['id']}_{number}"} for call in entry.tool_calls]
            yield AIMessageChunk(**dict(entry.model_dump(exclude={"type"}), tool_calls=calls))
        else:
            yield AIMessageChunk(content=entry)


class StreamingModel(FakeModel):
    """A model that says its tokens one by one, then ends, stalls or raises.

    `every` is the pause before each token, in seconds; `gate` holds back the token with index `gate_at`.
    `streaming=True` makes `invoke` stream too, as it does on `ChatOpenAI`.
    """

    tokens: Sequence[str]
    every: float = 0.0
    gate: Gate | None = None
    gate_at: int = 0
    then: Literal["end", "stall"] | Exception = "end"
    streaming: bool = False

    def __init__(self, tokens: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**dict(kwargs, tokens=tokens))

    def steps(self, number: int) -> Iterator[Step]:
        for index, token in enumerate(self.tokens):
            if self.gate and index == self.gate_at:
                yield self.gate
            if self.every:
                yield self.every
            yield AIMessageChunk(content=token)
        if isinstance(self.then, Exception):
            yield self.then
        elif self.then == "stall":
            yield Gate()


def tool_call(name: str, **args: Any) -> AIMessage:
    """Return the message of a model that calls one tool."""
    return AIMessage(content="", tool_calls=[ToolCall(name=name, args=args, id=f"call_{name}", type="tool_call")])


def _do(step: Gate | float | Exception) -> None:
    if isinstance(step, Exception):
        raise step
    if isinstance(step, Gate):
        step.wait()
    else:
        time.sleep(step)


async def _ado(step: Gate | float | Exception) -> None:
    if isinstance(step, Exception):
        raise step
    if isinstance(step, Gate):
        await step.opened()
    else:
        await asyncio.sleep(step)


def _result(said: list[AIMessageChunk]) -> ChatResult:
    whole = sum(said[1:], said[0]) if said else AIMessageChunk(content="")
    return ChatResult(generations=[ChatGeneration(message=message_chunk_to_message(whole))])
