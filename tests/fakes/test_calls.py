from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Iterator

import httpx
import pytest

from unstuck.fakes import Calls, Gate, Provider, ScriptedModel, StreamingModel, on_call


def through(gate: Gate) -> None:
    """Wait for a gate that must open; the bound only turns a hang into a failure."""
    asyncio.run(asyncio.wait_for(gate.opened(), 10))


def test_calls_are_numbered_and_in_flight_until_they_end() -> None:
    """Each call has a number, and counts as in flight however it ends."""
    calls = Calls()
    with calls.count() as first, calls.count() as second:
        assert (first, second, calls.total, calls.in_flight) == (1, 2, 2, 2)
    with pytest.raises(RuntimeError), calls.count():
        raise RuntimeError
    assert repr(calls) == "Calls(total=3, in_flight=0)"


def test_entered_opens_with_the_first_call() -> None:
    """Whoever waits for `entered` goes on while the call is still under way."""
    calls = Calls()
    assert not calls.entered.is_open
    with calls.count():
        assert calls.entered.is_open


def test_calls_from_many_threads_all_count() -> None:
    """Eight threads that call at once are all in flight, and all counted."""
    calls, all_in, go = Calls(), threading.Barrier(9), Gate()

    def call() -> None:
        for _ in range(1000):
            with calls.count():
                pass
        with calls.count():
            all_in.wait(10)
            go.wait()

    threads = [threading.Thread(target=call, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    all_in.wait(10)
    assert (calls.total, calls.in_flight) == (8008, 8)
    go.open()
    for thread in threads:
        thread.join(10)
    assert calls.in_flight == 0


@pytest.fixture
def hooked() -> Iterator[list[str]]:
    """Collect the names of the threads that reach a call hook."""
    names: list[str] = []
    on_call.append(lambda: names.append(threading.current_thread().name))
    yield names
    on_call.pop()


def test_the_hook_runs_in_the_caller(hooked: list[str]) -> None:
    """Every call of any fake reaches the hook in the thread that makes it."""
    ScriptedModel(["hello"]).invoke("hi")
    list(StreamingModel(["hello"]).stream("hi"))
    asyncio.run(ScriptedModel(["hello"]).ainvoke("hi"))
    assert hooked == [threading.current_thread().name] * 3


def test_a_hook_that_raises_ends_the_call() -> None:
    """A hook can stop a program that calls without end; nothing stays in flight."""
    model, budget = ScriptedModel(["again"]), iter(range(5))

    def spend() -> None:
        if next(budget, None) is None:
            raise RecursionError("calls without end")

    on_call.append(spend)
    try:
        with pytest.raises(RecursionError, match="calls without end"):
            all(model.invoke("hi") for _ in itertools.count())
    finally:
        on_call.remove(spend)
    assert (model.calls.total, model.calls.in_flight) == (6, 0)


def test_a_gate_lets_threads_and_loops_through() -> None:
    """One `open` frees two threads, and two tasks on each of two event loops."""
    gate, arrived, passed = Gate(), threading.Semaphore(0), threading.Semaphore(0)

    def thread() -> None:
        arrived.release()
        gate.wait()
        passed.release()

    async def task() -> None:
        arrived.release()
        await gate.opened()
        passed.release()

    async def two() -> None:
        await asyncio.gather(task(), task())

    for target in (thread, thread, lambda: asyncio.run(two()), lambda: asyncio.run(two())):
        threading.Thread(target=target, daemon=True).start()
    assert all(arrived.acquire(timeout=10) for _ in range(6))
    assert not passed.acquire(blocking=False)
    gate.open()
    assert all(passed.acquire(timeout=10) for _ in range(6))


def test_an_open_gate_holds_nobody() -> None:
    """Opening twice is opening once, and later waits pass."""
    gate = Gate()
    gate.open()
    gate.open()
    gate.wait()
    through(gate)


def test_a_waiter_that_gave_up_does_not_disturb_the_gate(caplog: pytest.LogCaptureFixture) -> None:
    """A cancelled wait, on a loop that is closed by now, leaves the gate shut and able to open."""
    gate = Gate()

    async def give_up() -> None:
        waiter = asyncio.create_task(gate.opened())
        await asyncio.sleep(0)
        waiter.cancel()
        await asyncio.wait([waiter])

    asyncio.run(give_up())
    assert not gate.is_open
    gate.open()
    through(gate)
    assert caplog.records == []


def test_a_task_at_a_gate_leaves_its_loop_free() -> None:
    """The loop goes on while a task waits, and can open the gate itself."""
    order = []

    async def main() -> None:
        gate = Gate()

        async def waits() -> None:
            order.append("waits")
            await gate.opened()
            order.append("passed")

        waiter = asyncio.create_task(waits())
        await asyncio.sleep(0)
        order.append("opens")
        gate.open()
        await asyncio.wait_for(waiter, 10)

    asyncio.run(main())
    assert order == ["waits", "opens", "passed"]


def test_the_provider_calls_the_hook_in_its_own_thread(hooked: list[str]) -> None:
    """A request to the provider is a call too."""
    with Provider() as provider:
        httpx.get(provider.url)
    assert hooked == ["unstuck-provider"]
