from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from langchain.agents import create_agent
from langchain_core.callbacks import AsyncCallbackManager, BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.language_models import BaseChatModel, FakeListLLM
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda, RunnableParallel
from langchain_core.tools import tool
from langchain_core.tracers import context

from snippets.guards.open_runs import OpenRun, OpenRuns
from unstuck.fakes import Gate, GatedModel, ScriptedModel, SilentModel, StreamingModel, calls, tool_call

PATIENCE = 60  # Seconds after which a test that hangs fails; what passes does not depend on it.


def run(main: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(main, PATIENCE))


def start(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def watched(open_runs: OpenRuns) -> RunnableConfig:
    return {"callbacks": [open_runs]}


def names(open_runs: OpenRuns) -> list[str]:
    return [f"{entry.kind} {entry.name}" for entry in open_runs.runs()]


prompt = ChatPromptTemplate.from_template("Summarise: {text}")


def chain(model: BaseChatModel) -> Runnable[dict[str, str], str]:
    return prompt | model | StrOutputParser()


def test_the_runnable_that_is_stuck_comes_first_and_what_is_around_it_last() -> None:
    """The innermost open run comes first, with the names around it, outermost first."""
    open_runs = OpenRuns()

    async def main() -> None:
        model = SilentModel()
        outer = RunnableLambda(lambda text: chain(model).with_config(run_name="summary")).with_config(run_name="report")
        request = asyncio.create_task(outer.ainvoke({"text": "x"}, watched(open_runs)), name="request-1")
        await model.calls.entered.opened()
        assert names(open_runs) == ["chat_model SilentModel", "chain summary", "chain report"]
        assert [entry.parents for entry in open_runs.runs()] == [("report", "summary"), ("report",), ()]
        assert open_runs.runs()[-1].task == "request-1"
        request.cancel()

    run(main())


def test_a_sync_call_is_seen_from_another_thread() -> None:
    """While one thread is stuck in `invoke`, any other can ask, and is told the thread."""
    open_runs, gate = OpenRuns(), Gate()
    model = GatedModel("done", gate)
    thread = start(lambda: chain(model).invoke({"text": "x"}, watched(open_runs)))
    model.calls.entered.wait()
    stuck, around = open_runs.runs()
    assert (stuck.name, around.name) == ("GatedModel", "RunnableSequence")
    assert (stuck.thread, stuck.task) == (thread.name, None)
    gate.open()
    thread.join(PATIENCE)
    assert open_runs.runs() == []


def test_an_agent_shows_the_tool_that_is_stuck() -> None:
    """In an agent the tool comes first, and the agent is around it."""
    open_runs, entered = OpenRuns(), Gate()

    @tool
    async def search(query: str) -> str:
        """Search the web."""
        entered.open()
        await Gate().opened()
        return query

    async def main() -> None:
        agent = create_agent(ScriptedModel([tool_call("search", query="x"), "done"]), [search], name="researcher")
        request = asyncio.create_task(agent.ainvoke({"messages": [HumanMessage("x")]}, watched(open_runs)))
        await entered.opened()
        stuck = open_runs.runs()[0]
        assert (stuck.kind, stuck.name, stuck.parents) == ("tool", "search", ("researcher", "tools"))
        request.cancel()
        await asyncio.wait([request])
        assert open_runs.runs() == []

    run(main())


class Files(BaseRetriever):
    fails: bool = False

    def _get_relevant_documents(self, query: str, **_: Any) -> list[Document]:
        if self.fails:
            raise FileNotFoundError(query)
        return [Document(query)]


@tool
def double(text: str) -> str:
    """Say it twice."""
    if not text:
        raise ValueError("nothing to say")
    return text * 2


@pytest.mark.parametrize(
    ("step", "fed"),
    [
        (chain(ScriptedModel(["answer"])), {"text": "x"}),
        (chain(ScriptedModel([ConnectionError("down")])), {"text": "x"}),
        (FakeListLLM(responses=["answer"]), "x"),
        (FakeListLLM(responses=[]), "x"),
        (Files(), "x"),
        (Files(fails=True), "x"),
        (double, {"text": "x"}),
        (double, {"text": ""}),
    ],
    ids=["model", "model fails", "llm", "llm fails", "retriever", "retriever fails", "tool", "tool fails"],
)
@pytest.mark.parametrize("how", ["invoke", "ainvoke"])
def test_nothing_is_left_of_a_run_that_ended(step: Runnable[Any, Any], fed: object, how: str) -> None:
    """Each kind of run is open while it runs, and forgotten when it ends or fails."""
    open_runs = OpenRuns()
    seen = Witness(open_runs)
    call = step.with_config(callbacks=[open_runs, seen])
    try:
        if how == "invoke":
            call.invoke(fed)
        else:
            asyncio.run(call.ainvoke(fed))
    except (ConnectionError, FileNotFoundError, IndexError, ValueError):
        pass
    assert seen.most > 0
    assert open_runs._runs == {}


class Witness(BaseCallbackHandler):
    """Look, at each start, how many runs are open; hold their ids, so that only an event ends them."""

    run_inline = True

    def __init__(self, open_runs: OpenRuns) -> None:
        self.open_runs = open_runs
        self.most = 0
        self.held: list[UUID] = []

    def look(self, *_: Any, run_id: UUID, **__: Any) -> None:
        self.held.append(run_id)
        self.most = max(self.most, len(self.open_runs.runs()))

    on_chain_start = on_chat_model_start = on_llm_start = on_tool_start = on_retriever_start = look


def cancelled_model() -> Runnable[Any, Any]:
    return SilentModel()


def cancelled_chain() -> Runnable[Any, Any]:
    return RunnableLambda(lambda _: "x") | SilentModel()


@pytest.mark.parametrize("make", [cancelled_model, cancelled_chain])
@pytest.mark.parametrize("keep", ["nothing", "the error", "the task"])
def test_a_cancelled_run_is_forgotten(make: Callable[[], Runnable[Any, Any]], keep: str) -> None:
    """A cancelled `ainvoke` reports no end for the model, and is forgotten all the same."""
    open_runs = OpenRuns()

    async def main() -> None:
        step = make()
        model = step if isinstance(step, SilentModel) else step.steps[-1]  # type: ignore[attr-defined]
        request = asyncio.create_task(step.ainvoke("x", watched(open_runs)))
        await model.calls.entered.opened()
        assert names(open_runs)[0] == "chat_model SilentModel"
        request.cancel()
        kept: list[object] = [await asyncio.gather(request, return_exceptions=True)] if keep == "the error" else []
        await asyncio.wait([request])
        kept += [request] if keep == "the task" else []
        del request
        await asyncio.sleep(0)
        assert open_runs.runs() == [], kept

    run(main())


def test_a_timed_out_run_is_forgotten_although_its_task_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that survives the timeouts of its calls leaves no trace of them."""
    open_runs, seen = OpenRuns(), list[str]()

    def time_is_up(deadline: asyncio.Timeout) -> None:
        seen.extend(names(open_runs))
        deadline.reschedule(0)

    async def main() -> None:
        for _ in range(100):
            with suppress(TimeoutError):
                async with asyncio.timeout(None) as deadline:
                    monkeypatch.setattr(calls, "on_call", [partial(time_is_up, deadline)])
                    await SilentModel().ainvoke("x", watched(open_runs))
            await asyncio.sleep(0)  # Until then the event loop still holds the handle of the step that raised.
        assert seen == ["chat_model SilentModel"] * 100
        assert open_runs._runs == {}

    run(main())


def test_a_run_whose_task_has_left_what_is_around_it_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the task goes on and keeps the error, and with it everything the run refers to."""
    open_runs, seen = OpenRuns(), list[str]()

    def time_is_up(deadline: asyncio.Timeout) -> None:
        seen.extend(names(open_runs))
        deadline.reschedule(0)

    async def group() -> None:
        outer = await AsyncCallbackManager.configure([open_runs]).on_chain_start({"name": "group"}, {})
        try:
            await SilentModel().ainvoke("x", {"callbacks": outer.get_child()})
        except asyncio.CancelledError as error:
            await outer.on_chain_error(error)
            raise

    async def main() -> None:
        try:
            async with asyncio.timeout(None) as deadline:
                monkeypatch.setattr(calls, "on_call", [partial(time_is_up, deadline)])
                await group()
        except TimeoutError as error:
            kept = error
        assert seen == ["chat_model SilentModel", "chain group"]
        assert open_runs.runs() == [], kept

    run(main())


def test_a_branch_that_outlives_its_chain_says_so() -> None:
    """When one branch fails, the other runs on without a caller: it stays listed, and is marked."""
    open_runs = OpenRuns()

    async def main() -> None:
        slow = SilentModel()
        branches = RunnableParallel(slow=slow, broken=RunnableLambda(after_entry_fails(slow)))
        with pytest.raises(ConnectionError):
            await branches.ainvoke("x", watched(open_runs))
        assert [(entry.name, entry.caller_gone) for entry in open_runs.runs()] == [("SilentModel", True)]

    run(main())


def after_entry_fails(model: SilentModel) -> Callable[[Any], Coroutine[Any, Any, None]]:
    async def fail(_: Any) -> None:
        await model.calls.entered.opened()
        raise ConnectionError("down")

    return fail


def test_a_sync_tool_that_outlives_its_timeout_says_so() -> None:
    """A sync tool goes on in its thread after the timeout around it: it stays listed until it ends."""
    open_runs, entered, gate = OpenRuns(), Gate(), Gate()

    async def address(host: str) -> dict[str, str]:
        return {"url": f"https://{host}"}

    @tool
    def fetch(url: str) -> None:
        """Fetch a page."""
        entered.open()
        gate.wait()

    async def main() -> None:
        step = RunnableLambda(address) | fetch
        request = asyncio.create_task(step.ainvoke("x", watched(open_runs)))
        await entered.opened()
        request.cancel()
        await asyncio.wait([request])
        left = [(entry.name, entry.caller_gone) for entry in open_runs.runs()]
        gate.open()
        assert left == [("fetch", True)]

    run(main())
    assert open_runs.runs() == []


def test_a_stream_handed_to_another_task_stays_listed() -> None:
    """A stream is not over because the task that took its first chunk is."""
    open_runs, gate = OpenRuns(), Gate()

    async def main() -> None:
        stream = StreamingModel(["a", "b"], gate=gate, gate_at=1).astream("x", watched(open_runs))
        await asyncio.create_task(first(stream))
        reader = asyncio.create_task(first(stream))
        assert names(open_runs) == ["chat_model StreamingModel"]
        gate.open()
        await reader
        await stream.aclose()  # type: ignore[attr-defined]
        assert open_runs.runs() == []

    async def first(stream: AsyncIterator[Any]) -> None:
        await anext(stream)

    run(main())


class Executor(ThreadPoolExecutor):
    """A default executor that counts what it is given."""

    given = 0

    def submit(self, *args: Any, **kwargs: Any) -> Any:
        self.given += 1
        return super().submit(*args, **kwargs)


class NotInline(OpenRuns):
    run_inline = False


@pytest.mark.parametrize(("handler", "needs_threads"), [(OpenRuns, False), (NotInline, True)])
def test_it_needs_no_thread_of_the_default_executor(handler: type[OpenRuns], needs_threads: bool) -> None:  # noqa: FBT001
    """An async chain with the handler never waits for a thread; without `run_inline` it would."""
    step = prompt | ScriptedModel(["done"])  # A parser would take a thread of its own accord.

    async def main() -> None:
        executor = Executor()
        asyncio.get_running_loop().set_default_executor(executor)
        answer = await step.ainvoke({"text": "x"}, watched(handler()))
        assert answer == AIMessage("done", id=answer.id)
        assert (executor.given > 0) == needs_threads

    run(main())


def test_an_async_chain_goes_on_while_every_executor_thread_is_stuck() -> None:
    """With the default executor full of stuck tools, a chain with the handler still answers."""
    gate, entered, open_runs = Gate(), threading.Barrier(3), OpenRuns()

    def stuck_tool() -> None:
        entered.wait(PATIENCE)
        gate.wait()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(2))
        stuck = [loop.run_in_executor(None, stuck_tool) for _ in range(2)]
        entered.wait(PATIENCE)
        try:
            await (prompt | ScriptedModel(["done"])).ainvoke({"text": "x"}, watched(open_runs))
        finally:
            gate.open()
        await asyncio.gather(*stuck)

    run(main())


def test_a_signal_may_interrupt_it_at_any_line() -> None:
    """A report asked for by a signal handler works between any two lines of the handler."""
    open_runs, reports = OpenRuns(), 0

    def interrupt(frame: FrameType, event: str, _: object) -> Any:
        nonlocal reports
        if not frame.f_code.co_filename.endswith("open_runs.py"):
            return None
        if event == "line":
            sys.settrace(None)
            assert open_runs.report().endswith("\n")
            reports += 1
            sys.settrace(interrupt)
        return interrupt

    def traced() -> None:
        sys.settrace(interrupt)
        try:
            chain(ScriptedModel(["done"])).invoke({"text": "x"}, watched(open_runs))
        finally:
            sys.settrace(None)

    before = sys.gettrace()
    thread = start(traced)
    thread.join(PATIENCE)
    sys.settrace(before)
    assert not thread.is_alive()
    assert reports > 50  # Eight events, each of several lines.
    assert open_runs.runs() == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGUSR1")
def test_a_signal_handler_writes_the_report_while_the_main_thread_is_stuck() -> None:
    """`kill -USR1` answers while the main thread sits in `invoke`."""
    open_runs, gate, answered = OpenRuns(), Gate(), list[bool]()
    model = GatedModel("done", gate)
    reader, writer = os.pipe()

    def ask() -> None:
        model.calls.entered.wait()
        while not answered:  # One that comes in the instant before the thread falls asleep is not noticed.
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
            time.sleep(0.01)
        gate.open()

    def answer(*_: object) -> None:
        open_runs.dump(writer)
        answered.append(True)

    before = signal.signal(signal.SIGUSR1, answer)
    try:
        thread = start(ask)
        chain(model).invoke({"text": "x"}, watched(open_runs))
        thread.join(PATIENCE)
    finally:
        signal.signal(signal.SIGUSR1, before)
        os.close(writer)
    with os.fdopen(reader) as pipe:
        report = pipe.read()
    assert report.startswith("2 open runs\n")
    assert "chat_model GatedModel in RunnableSequence  (thread MainThread, run " in report


def test_an_endpoint_answers_while_a_request_is_stuck() -> None:
    """The runs are plain data: an endpoint returns them as they are."""
    open_runs, app, model = OpenRuns(), FastAPI(), SilentModel()

    @app.get("/summary")
    async def summary() -> str:
        return await chain(model).ainvoke({"text": "x"}, watched(open_runs))

    @app.get("/stuck")
    async def stuck() -> list[OpenRun]:
        return open_runs.runs()

    @app.get("/stuck.txt", response_class=PlainTextResponse)
    async def stuck_text() -> str:
        return open_runs.report()

    async def main() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            request = asyncio.create_task(client.get("/summary"))
            await model.calls.entered.opened()
            first = (await client.get("/stuck")).json()[0]
            assert (first["name"], first["parents"]) == ("SilentModel", ["RunnableSequence"])
            assert (await client.get("/stuck.txt")).text.startswith("2 open runs\n")
            request.cancel()

    run(main())


def entries(monkeypatch: pytest.MonkeyPatch, number: int) -> Gate:
    """Return a gate that opens once so many calls of fake models have begun."""
    begun, everyone_in = itertools.count(1), Gate()
    monkeypatch.setattr(calls, "on_call", [lambda: everyone_in.open() if next(begun) == number else None])
    return everyone_in


def test_every_call_is_watched_without_being_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """After `watch_every_call` no call needs `callbacks`, not even one in a bare thread; each is listed once."""
    monkeypatch.setattr(context, "_configure_hooks", context._configure_hooks.copy())
    open_runs, gate = OpenRuns(), Gate()
    open_runs.watch_every_call()
    open_runs.watch_every_call()
    model = GatedModel("done", gate)
    both_in = entries(monkeypatch, 2)
    thread = start(lambda: chain(model).invoke({"text": "x"}, watched(open_runs)))
    bare = start(lambda: chain(model).invoke({"text": "x"}))
    both_in.wait()
    assert Counter(names(open_runs)) == {"chat_model GatedModel": 2, "chain RunnableSequence": 2}
    gate.open()
    thread.join(PATIENCE)
    bare.join(PATIENCE)
    assert open_runs.runs() == []


def test_it_keeps_no_more_than_its_limit() -> None:
    """Beyond the limit the oldest run is forgotten."""
    open_runs = OpenRuns(limit=3)

    async def main() -> None:
        requests = []
        for number in range(5):
            model = SilentModel(name=f"model-{number}")
            requests.append(asyncio.create_task(model.ainvoke("x", watched(open_runs))))
            await model.calls.entered.opened()
        assert [entry.name for entry in open_runs.runs()] == ["model-2", "model-3", "model-4"]
        for request in requests:
            request.cancel()

    run(main())


def test_it_counts_exactly_under_load(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 200 tasks and 16 threads at once it lists each run once, under its own parent; when all are done, none.

    Meanwhile somebody asks all the time.
    """
    open_runs, gate, everyone_in, done = OpenRuns(), Gate(), entries(monkeypatch, 216), threading.Event()
    model = GatedModel("done", gate)

    def ask_all_the_time() -> int:
        times = 0
        while not done.is_set():
            open_runs.runs()
            times += 1
        return times

    def named(name: str) -> Runnable[dict[str, str], str]:
        return chain(model).with_config(run_name=name, callbacks=[open_runs])

    async def main() -> None:
        threads = [start(partial(named(f"thread-{i}").invoke, {"text": "x"})) for i in range(16)]
        tasks = [asyncio.create_task(named(f"task-{i}").ainvoke({"text": "x"})) for i in range(200)]
        await everyone_in.opened()
        listed = open_runs.runs()
        expected = [f"task-{i}" for i in range(200)] + [f"thread-{i}" for i in range(16)]
        assert Counter(entry.parents for entry in listed[:216]) == Counter((name,) for name in expected)
        assert Counter(entry.name for entry in listed[216:]) == Counter(expected)
        gate.open()
        await asyncio.gather(*tasks)
        for thread in threads:
            thread.join(PATIENCE)

    with ThreadPoolExecutor(1) as curious:
        asked = curious.submit(ask_all_the_time)
        try:
            run(main())
        finally:
            done.set()
        assert asked.result()
    assert open_runs._runs == {}
