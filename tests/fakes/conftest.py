from __future__ import annotations

import asyncio
import queue
import ssl
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from functools import wraps
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel

from unstuck.fakes import Gate, Provider, Request, on_call

CONTEXT = ssl.create_default_context()


def invoke(model: BaseChatModel) -> str:
    return str(model.invoke("hi").text)


def stream(model: BaseChatModel) -> str:
    return "".join(chunk.text for chunk in model.stream("hi"))


async def ainvoke(model: BaseChatModel) -> str:
    return str((await model.ainvoke("hi")).text)


async def astream(model: BaseChatModel) -> str:
    return "".join([chunk.text async for chunk in model.astream("hi")])


SYNC: dict[str, Callable[[BaseChatModel], str]] = {"invoke": invoke, "stream": stream}
ASYNC: dict[str, Callable[[BaseChatModel], Coroutine[Any, Any, str]]] = {"ainvoke": ainvoke, "astream": astream}


@pytest.fixture(params=SYNC)
def sync_way(request: pytest.FixtureRequest) -> Callable[[BaseChatModel], str]:
    """Ask a model and hold the thread until it has answered."""
    return SYNC[request.param]


@pytest.fixture(params=ASYNC)
def async_way(request: pytest.FixtureRequest) -> Callable[[BaseChatModel], Coroutine[Any, Any, str]]:
    """Ask a model from a task."""
    return ASYNC[request.param]


@pytest.fixture(params=[*SYNC, *ASYNC])
def way(request: pytest.FixtureRequest) -> Callable[[BaseChatModel], str]:
    """Ask a model in one of the four ways, and return what it said."""
    if request.param in SYNC:
        return SYNC[request.param]
    ask = ASYNC[request.param]

    @wraps(ask)
    def run(model: BaseChatModel) -> str:
        return asyncio.run(ask(model))

    return run


@pytest.fixture
def sleeper(way: Callable[[BaseChatModel], str]) -> str:
    """Return who must sleep when a model is asked in this way."""
    return "thread" if way.__name__ in SYNC else "task"


@pytest.fixture
def entries() -> Iterator[threading.Semaphore]:
    """Return a semaphore that every call of a fake releases once."""
    semaphore = threading.Semaphore(0)
    on_call.append(semaphore.release)
    yield semaphore
    on_call.remove(semaphore.release)


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
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """Return a provider; spare its clients the 0.1 s that reading certificates takes, as nothing here speaks TLS."""
    monkeypatch.setattr(ssl, "create_default_context", lambda *args, **kwargs: CONTEXT)
    with Provider() as provider:
        yield provider


@pytest.fixture
def settled(provider: Provider) -> Callable[[int], Request]:
    """Return a request, by number, once the provider is done with it; the bound only turns a hang into a failure."""

    def wait(number: int) -> Request:
        request = provider.requests[number - 1]
        asyncio.run(asyncio.wait_for(request.done.opened(), 10))
        return request

    return wait
