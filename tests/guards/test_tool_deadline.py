from __future__ import annotations

import asyncio
import contextvars
import gc
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import pytest
from langchain.agents import create_agent
from langchain.tools import ToolRuntime
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool, InjectedToolCallId, StructuredTool, Tool, ToolException, tool
from langchain_core.utils.function_calling import convert_to_openai_tool

from snippets.guards import tool_deadline
from snippets.guards.open_runs import OpenRuns
from snippets.guards.tool_deadline import ToolDeadlineExceeded, with_deadline
from unstuck.fakes import Gate, ScriptedModel, tool_call

PATIENCE = 60  # Seconds after which a test that hangs fails; what passes does not depend on it.

LATE = "Error: tool 'fetch' gave no answer within 0.02 s and was left running."


def run(main: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(main, PATIENCE))


def call(name: str, id: str = "call_1", **args: Any) -> Any:  # noqa: A002
    return {"type": "tool_call", "id": id, "name": name, "args": args}


def stuck_tool(gate: Gate, *, entered: Callable[[], object] = lambda: None) -> BaseTool:
    @tool
    def fetch(url: str) -> str:
        """Fetch a page."""
        entered()
        gate.wait()
        return url

    return fetch


def skip_time(seconds: float) -> None:
    """Set the clock of the running event loop forward, so that a deadline passes at once and at no other time."""
    loop = asyncio.get_running_loop()
    clock = loop.time
    loop.time = lambda: clock() + seconds  # type: ignore[method-assign]


def threads_of(name: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == f"tool {name}"]


@pytest.fixture
def gate() -> Iterator[Gate]:
    """Give what the stuck tools wait for; it opens with the end of the test, or when the test hangs."""
    gate = Gate()
    safety = threading.Timer(PATIENCE, gate.open)
    safety.start()
    yield gate
    safety.cancel()
    gate.open()


@pytest.fixture(autouse=True)
def _no_thread_outlives_its_test() -> Iterator[None]:
    yield
    for thread in threads_of("fetch"):
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.mark.parametrize("how", ["invoke", "ainvoke"])
def test_a_sync_tool_is_left_running_and_the_model_is_told(how: str, gate: Gate) -> None:
    """The tool call gets an error message in time; the thread goes on until its own wait ends."""
    guarded = with_deadline(stuck_tool(gate), 0.02)
    asked = call("fetch", url="x")
    answer = guarded.invoke(asked) if how == "invoke" else asyncio.run(guarded.ainvoke(asked))
    assert answer == ToolMessage(LATE, name="fetch", tool_call_id="call_1", status="error")
    (left,) = threads_of("fetch")
    gate.open()
    left.join(PATIENCE)
    assert not left.is_alive()


def test_an_async_tool_is_cancelled_and_the_model_is_told() -> None:
    """By the time the model hears of it, the tool has cleaned up."""
    cleaned_up = False

    @tool
    async def fetch(url: str) -> str:
        """Fetch a page."""
        nonlocal cleaned_up
        skip_time(3600)
        try:
            await Gate().opened()
        finally:
            await asyncio.sleep(0)
            cleaned_up = True
        return url

    async def main() -> None:
        guarded = with_deadline(fetch, 3600, max_stuck=1)
        told = "Error: tool 'fetch' gave no answer within 3600 s and was cancelled."
        for _ in range(2):  # One that was cancelled is not stuck, so the next is called at once.
            answer = await guarded.ainvoke(call("fetch", url="x"))
            assert answer == ToolMessage(told, name="fetch", tool_call_id="call_1", status="error")
            assert cleaned_up

    asyncio.run(main())


@pytest.mark.parametrize("how", ["invoke", "ainvoke"])
def test_the_agent_goes_on_without_the_tool(how: str, gate: Gate) -> None:
    """An agent whose tool is stuck gets the error as the tool's answer, and finishes."""
    agent = create_agent(
        ScriptedModel([tool_call("fetch", url="x"), "I could not look."]), [with_deadline(stuck_tool(gate), 0.02)]
    )
    question: Any = {"messages": [HumanMessage("Look at x.")]}
    answer = agent.invoke(question) if how == "invoke" else asyncio.run(agent.ainvoke(question))
    *_, told, last = answer["messages"]
    assert (told.content, told.status, last.content) == (LATE, "error", "I could not look.")


@tool
def plain(city: str, days: int = 3) -> str:
    """Forecast the weather."""
    return f"{city} {days}"


@tool
async def in_async(city: str) -> str:
    """Forecast the weather."""
    return city


@tool(response_format="content_and_artifact", return_direct=True, extras={"defer_loading": True})
def with_artifact(city: str) -> tuple[str, dict[str, str]]:
    """Forecast the weather."""
    return city, {"source": "buoy"}


@tool
def with_injected(city: str, config: RunnableConfig, asked: Annotated[str, InjectedToolCallId]) -> str:
    """Forecast the weather."""
    return f"{city} {asked} {config['configurable']['user']}"


@tool
def that_refuses(city: str) -> str:
    """Forecast the weather."""
    raise ToolException(f"no station in {city}")


that_refuses.handle_tool_error = True


class Station(BaseTool):
    name: str = "station"
    description: str = "Forecast the weather."
    country: str

    def _run(self, city: str) -> str:
        return f"{city}, {self.country}"


legacy = Tool("legacy", lambda city: city, "Forecast the weather.")
TOOLS = [plain, in_async, with_artifact, with_injected, that_refuses, Station(country="NO"), legacy]


@pytest.mark.parametrize("original", TOOLS, ids=lambda each: each.name)
def test_the_guarded_tool_looks_the_same(original: BaseTool) -> None:
    """Name, schema, kind and settings are those of the tool, for the model and for the agent."""
    guarded = with_deadline(original, 5)
    assert convert_to_openai_tool(guarded) == convert_to_openai_tool(original)
    assert guarded.get_input_jsonschema() == original.get_input_jsonschema()
    assert isinstance(guarded, type(original))
    for name in type(original).model_fields:
        assert getattr(guarded, name) == getattr(original, name)


@pytest.mark.parametrize(
    ("original", "how"),
    [(each, "ainvoke") for each in TOOLS] + [(each, "invoke") for each in TOOLS if each is not in_async],
    ids=lambda each: getattr(each, "name", each),
)
def test_the_guarded_tool_answers_the_same(original: BaseTool, how: str) -> None:
    """A tool that is in time gives the same message, with content, artifact and status."""
    config: RunnableConfig = {"configurable": {"user": "ada"}}

    def answer(one: BaseTool) -> Any:
        asked = call(one.name, city="Oslo")
        return one.invoke(asked, config) if how == "invoke" else asyncio.run(one.ainvoke(asked, config))

    assert answer(with_deadline(original, PATIENCE)) == answer(original)


def test_an_error_of_the_tool_is_the_callers_as_before() -> None:
    """What the tool raises is raised, in sync and in async calls."""

    @tool
    def broken(city: str) -> str:
        """Forecast the weather."""
        raise ConnectionError(city)

    guarded = with_deadline(broken, PATIENCE)
    with pytest.raises(ConnectionError, match="Oslo"):
        guarded.invoke(call("broken", city="Oslo"))
    with pytest.raises(ConnectionError, match="Oslo"):
        asyncio.run(guarded.ainvoke(call("broken", city="Oslo")))


@pytest.mark.parametrize(
    ("handle", "told"),
    [
        (True, LATE),
        ("The page is not available.", "The page is not available."),
        (lambda error: f"Sorry: {type(error).__name__}", "Sorry: ToolDeadlineExceeded"),
    ],
    ids=["yes", "text", "function"],
)
def test_the_tools_own_way_of_telling_errors_is_kept(handle: Any, told: str, gate: Gate) -> None:
    """`handle_tool_error` words the message, and stands in for it in a call without a model."""
    fetch = stuck_tool(gate)
    fetch.handle_tool_error = handle
    guarded = with_deadline(fetch, 0.02)
    assert guarded.invoke(call("fetch", url="x")).content == told
    assert guarded.invoke({"url": "x"}) == told


def test_a_call_without_a_model_raises(gate: Gate) -> None:
    """Where no model reads the answer, code gets an error: a `TimeoutError` and a `ToolException`."""
    guarded = with_deadline(stuck_tool(gate), 0.02)
    with pytest.raises(TimeoutError, match="was left running") as raised:
        guarded.invoke({"url": "x"})
    assert isinstance(raised.value, ToolException)
    with pytest.raises(ToolDeadlineExceeded, match="was left running"):
        asyncio.run(guarded.ainvoke({"url": "x"}))


def test_a_sync_tool_needs_no_thread_of_the_default_executor(gate: Gate) -> None:
    """It answers an async call while the default executor is full of stuck calls of others."""
    entered = threading.Barrier(3)

    def stuck() -> None:
        entered.wait(PATIENCE)
        gate.wait()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(2))
        others = [loop.run_in_executor(None, stuck) for _ in range(2)]
        entered.wait(PATIENCE)
        try:
            answer = await with_deadline(plain, PATIENCE).ainvoke(call("plain", city="Oslo"))
            assert answer.content == "Oslo 3"
            late = with_deadline(stuck_tool(gate), 0.02)
            assert (await late.ainvoke(call("fetch", url="x"))).content == LATE
        finally:
            gate.open()
        await asyncio.gather(*others)

    run(main())


def test_a_tool_with_too_many_stuck_calls_is_not_called() -> None:
    """With `max_stuck` calls past their deadline the next is refused at once; when one ends, there is room again."""
    gates, entered = [Gate() for _ in range(4)], 0

    @tool
    def fetch(number: int) -> str:
        """Fetch a page."""
        nonlocal entered
        entered += 1
        gates[number].wait()
        return "page"

    guarded = with_deadline(fetch, 0.02, max_stuck=3)
    for number in range(3):
        assert guarded.invoke(call("fetch", number=number)).content == LATE
    left = threads_of("fetch")
    gates[3].open()
    refused = guarded.invoke(call("fetch", number=3))
    assert refused.content == "Error: tool 'fetch' was not called: 3 earlier calls are still stuck."
    assert asyncio.run(guarded.ainvoke(call("fetch", number=3))).status == "error"
    assert (entered, len(threads_of("fetch"))) == (3, 3)
    gates[0].open()
    left[0].join(PATIENCE)
    assert guarded.invoke(call("fetch", number=3)).content in {"page", LATE}
    assert entered == 4
    for gate in gates:
        gate.open()


def test_calls_within_their_deadline_do_not_count_as_stuck() -> None:
    """Many calls at once are no reason to refuse one."""
    everyone_in = threading.Barrier(50)

    @tool
    def fetch(number: int) -> str:
        """Fetch a page."""
        everyone_in.wait(PATIENCE)
        return f"page {number}"

    async def main() -> None:
        guarded = with_deadline(fetch, PATIENCE, max_stuck=1)
        answers = await asyncio.gather(*(guarded.ainvoke(call("fetch", number=number)) for number in range(50)))
        assert [answer.content for answer in answers] == [f"page {number}" for number in range(50)]

    run(main())


def test_an_async_tool_that_swallows_its_cancellation_is_left_behind(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, gate: Gate
) -> None:
    """The model is told in time all the same, the call counts as stuck, and its late error is nobody's."""
    monkeypatch.setattr(tool_deadline, "GRACE", 0.02)
    calls = 0

    @tool
    async def fetch(url: str) -> str:
        """Fetch a page."""
        nonlocal calls
        calls += 1
        skip_time(3600)
        try:
            await gate.opened()
        except asyncio.CancelledError:
            await gate.opened()
        raise ConnectionError(url)

    async def main() -> None:
        guarded = with_deadline(fetch, 3600, max_stuck=1)
        assert (await guarded.ainvoke(call("fetch", url="x"))).content.endswith("was left running.")
        assert "was not called" in (await guarded.ainvoke(call("fetch", url="x"))).content
        assert calls == 1
        gate.open()
        await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})
        gc.collect()

    asyncio.run(main())
    assert caplog.records == []


def test_whoever_gives_up_first_cancels_the_tool(gate: Gate) -> None:
    """A deadline further out ends an async tool as well, and leaves a sync one in its thread, counted."""
    cancelled, entered = Gate(), Gate()

    @tool
    async def watch(url: str) -> str:
        """Watch a page."""
        entered.open()
        try:
            await gate.opened()
        except asyncio.CancelledError:
            cancelled.open()
            raise
        return url

    async def main() -> None:
        for guarded, begun in (
            (with_deadline(watch, PATIENCE), entered),
            (with_deadline(stuck_tool(gate, entered=(inside := Gate()).open), PATIENCE, max_stuck=1), inside),
        ):
            request = asyncio.create_task(guarded.ainvoke(call(guarded.name, url="x")))
            await begun.opened()
            request.cancel()
            with pytest.raises(asyncio.CancelledError):
                await request
        assert cancelled.is_open
        assert "was not called" in (await guarded.ainvoke(call("fetch", url="x"))).content
        gate.open()

    run(main())


def test_the_process_can_end_although_a_tool_is_stuck(gate: Gate) -> None:
    """The end of the event loop does not wait for it, and Python does not wait for a daemon thread."""
    asyncio.run(with_deadline(stuck_tool(gate), 0.02).ainvoke(call("fetch", url="x")))
    (left,) = threads_of("fetch")
    assert left.is_alive()
    assert left.daemon


def test_the_tool_runs_in_the_callers_context() -> None:
    """Context variables, and with them tracing and an agent's runtime, reach the tool in its thread."""
    user = contextvars.ContextVar[str]("user")

    @tool
    def who(question: str, runtime: ToolRuntime) -> str:
        """Say who asks."""
        return f"{user.get()} in a conversation of {len(runtime.state['messages'])} messages"

    user.set("ada")
    question: Any = {"messages": [HumanMessage("Who am I?")]}
    for how in ("invoke", "ainvoke"):
        agent = create_agent(ScriptedModel([tool_call("who", question="?"), "done"]), [with_deadline(who, PATIENCE)])
        answer = agent.invoke(question) if how == "invoke" else asyncio.run(agent.ainvoke(question))
        assert answer["messages"][2].content == "ada in a conversation of 2 messages"


def test_a_call_that_is_left_running_stays_visible(gate: Gate) -> None:
    """Callbacks hear of the end of the tool when it ends, so the open runs show what is left in its thread."""
    open_runs = OpenRuns()
    agent = create_agent(ScriptedModel([tool_call("fetch", url="x"), "done"]), [with_deadline(stuck_tool(gate), 0.02)])
    question: Any = {"messages": [HumanMessage("Look at x.")]}
    agent.invoke(question, {"callbacks": [open_runs]})
    (left,) = threads_of("fetch")
    assert [(entry.name, entry.thread, entry.caller_gone) for entry in open_runs.runs()] == [
        ("fetch", "tool fetch", True)
    ]
    gate.open()
    left.join(PATIENCE)
    assert open_runs.runs() == []


def test_each_of_many_calls_gets_its_own_answer_under_load(gate: Gate) -> None:
    """Of 200 calls at once, half of them stuck, each healthy one gets its page and each stuck one its error."""

    @tool
    def fetch(number: int) -> str:
        """Fetch a page."""
        if number % 2:
            gate.wait()
        return f"page {number}"

    async def main() -> None:
        guarded = with_deadline(fetch, 3600, max_stuck=100)
        calls = [
            asyncio.create_task(guarded.ainvoke(call("fetch", id=str(number), number=number))) for number in range(200)
        ]
        healthy = await asyncio.gather(*calls[::2])
        skip_time(3600)
        stuck = await asyncio.gather(*calls[1::2])
        assert [(answer.tool_call_id, answer.content) for answer in healthy] == [
            (str(number), f"page {number}") for number in range(0, 200, 2)
        ]
        assert [(answer.tool_call_id, answer.status) for answer in stuck] == [
            (str(number), "error") for number in range(1, 200, 2)
        ]
        left = threads_of("fetch")
        assert len(left) == 100
        assert "was not called: 100 earlier" in (await guarded.ainvoke(call("fetch", number=0))).content
        gate.open()
        for thread in left:
            thread.join(PATIENCE)
        assert (await guarded.ainvoke(call("fetch", number=0))).content == "page 0"

    asyncio.run(main())


def test_many_threads_get_their_own_answers_under_load(gate: Gate) -> None:
    """The same for sync callers: 32 threads at once, each with its own error."""
    answers = dict[int, str]()
    guarded = with_deadline(stuck_tool(gate), 0.05, max_stuck=32)
    together = threading.Barrier(32)

    def ask(number: int) -> None:
        together.wait(PATIENCE)
        answers[number] = guarded.invoke(call("fetch", id=str(number), url="x")).tool_call_id

    threads = [threading.Thread(target=ask, args=[number]) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert answers == {number: str(number) for number in range(32)}
    left = threads_of("fetch")
    gate.open()
    for thread in left:
        thread.join(PATIENCE)
    assert isinstance(guarded, StructuredTool)
    assert guarded.invoke(call("fetch", url="x")).content == "x"
