"""A question that takes the model four seconds, and one second into it a health check, on one event loop."""

import asyncio
import importlib
import runpy
import threading
import time
import warnings
from functools import partial
from pathlib import Path

import httpx
from fastapi import FastAPI
from langchain.agents import create_agent
from langchain_classic.chains import LLMChain
from langchain_core.prompts import PromptTemplate
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.graph import START, StateGraph

from unstuck.fakes import Drip, Gate, Provider, ScriptedModel, Silence, StreamingModel, tool_call

QUESTION = "/answer?question=Where%20to?"


class Client:
    """Asks an app, and keeps what it answers and when, in the order in which it comes."""

    def __init__(self, app) -> None:
        self.start, self.answers, self.seconds = time.monotonic(), [], []
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bikes.internal")

    async def get(self, path: str, at: float = 0) -> None:
        await asyncio.sleep(at)
        response = await self._http.get(path)
        self.seconds.append(f"{time.monotonic() - self.start:g}")
        self.answers.append(f"{path.partition('?')[0]}, {at:g} s to {self.seconds[-1]} s: {response.text}")


def model() -> StreamingModel:
    return StreamingModel(["Lock it ", "at ", "any ", "rack."], every=1)


async def question_and_health(app) -> list[str]:
    client = Client(app)
    await asyncio.gather(client.get("/health", at=1), client.get(QUESTION))
    return client.answers


async def drive(program) -> list[str]:
    return await question_and_health(program.build_app(model()))


async def with_tool(program, provider: Provider) -> list[str]:
    provider.script(Drip("none", every=1), path="/stations")
    script = [tool_call("free_racks", station="Dom"), "Lock it at any rack."]
    return await question_and_health(program.build_app(ScriptedModel(script)))


async def silent(program, provider: Provider) -> list[str]:
    provider.script(Silence())
    client = Client(program.app)
    question = asyncio.create_task(client.get(QUESTION))
    await client.get("/health", at=1)
    question.cancel()
    await asyncio.wait([question])
    return client.answers


async def rush(_) -> str:
    rows = []
    for name in ("broken.py", "fixed.py", "def_endpoint.py", "to_thread.py"):
        client = Client(runpy.run_path(str(Path(__file__).with_name(name)))["build_app"](model()))
        await asyncio.gather(*(client.get(QUESTION, at=at) for at in range(5)))
        rows.append((f"`{name}`", f"{', '.join(client.seconds)} s"))
    return table("program", "five questions, one a second, are answered at", rows=rows)


async def deadlines(_) -> str:
    chain = model()

    async def invoke(*then) -> None:
        chain.invoke("")
        for call in then:
            await call("")

    async def try_again() -> None:
        try:
            await chain.ainvoke("")
        except BaseException:
            await chain.ainvoke("")

    async def within(body) -> None:
        async with asyncio.timeout(2):
            await body()

    async def ended(awaitable) -> str:
        start = time.monotonic()
        try:
            await awaitable
        except TimeoutError:
            return f"`TimeoutError` after {time.monotonic() - start:g} s"
        return f"no error, {time.monotonic() - start:g} s"

    bodies = {
        "`chain.invoke(x)`": invoke,
        "`chain.invoke(x)`, then `await chain.ainvoke(x)`": partial(invoke, chain.ainvoke),
        "`await chain.ainvoke(x)`, once more after `except BaseException:`": try_again,
        "`await asyncio.to_thread(chain.invoke, x)`": partial(asyncio.to_thread, chain.invoke, ""),
        "`await chain.ainvoke(x)`": partial(chain.ainvoke, ""),
    }
    rows = [(name, await ended(within(run)), await ended(asyncio.wait_for(run(), 2))) for name, run in bodies.items()]
    return table("calls of 4 s each", "in `asyncio.timeout(2)`", "in `asyncio.wait_for(…, 2)`", rows=rows)


async def at_once(_) -> str:
    inside = most = 0
    gate, lock = Gate(), threading.Lock()

    def step(change: int) -> None:
        nonlocal inside, most
        with lock:
            inside += change
            most = max(most, inside)

    def waits(question: str) -> None:
        step(1)
        gate.wait()
        step(-1)

    async def awaits(question: str) -> None:
        step(1)
        await gate.opened()
        step(-1)

    def endpoint(chain):
        async def get() -> None:
            await chain.ainvoke("")

        return get

    endpoints = {
        "`async def` endpoint, `ainvoke`, all of the chain is async": endpoint(RunnableLambda(awaits)),
        "`def` endpoint, `invoke`": lambda: RunnableLambda(waits).invoke(""),
        "`async def` endpoint, `ainvoke`, a sync function in the chain": endpoint(RunnableLambda(waits)),
    }
    rows = []
    for name, function in endpoints.items():
        app, gate, most = FastAPI(), Gate(), 0
        app.get("/answer")(function)
        asyncio.get_running_loop().call_later(1, gate.open)
        client = Client(app)
        await asyncio.gather(*(client.get("/answer") for _ in range(60)))
        rows.append((name, str(most)))
    return table("60 requests at once, two CPUs", "under way together", rows=rows)


async def on_the_loop(_) -> str:
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    chain, loop = RunnableLambda(str) | ScriptedModel(["ok"]), asyncio.get_running_loop()

    async def lookup(x: str) -> str:
        return x

    def close_after(run) -> None:
        coroutine = chain.ainvoke("x")
        try:
            run(coroutine)
        finally:
            coroutine.close()

    def graph(node) -> StateGraph:
        return StateGraph(dict).add_node("lookup", node).add_edge(START, "lookup")

    calls = {
        "`chain.invoke(x)`": lambda: chain.invoke("x"),
        "`chain.batch([x])`": lambda: chain.batch(["x"]),
        "`list(chain.stream(x))`": lambda: list(chain.stream("x")),
        "`chain.with_retry().invoke(x)`": lambda: chain.with_retry().invoke("x"),
        "`chain.with_fallbacks([chain]).invoke(x)`": lambda: chain.with_fallbacks([chain]).invoke("x"),
        "`create_agent(…).invoke(x)`": lambda: create_agent(ScriptedModel(["ok"])).invoke({"messages": "x"}),
        "`asyncio.run(chain.ainvoke(x))`": lambda: close_after(asyncio.run),
        "`loop.run_until_complete(chain.ainvoke(x))`": lambda: close_after(loop.run_until_complete),
        "the same on a new loop": lambda: close_after(asyncio.new_event_loop().run_until_complete),
        "`RunnableLambda(async_function).invoke(x)`": lambda: RunnableLambda(lookup).invoke("x"),
        "`async_tool.invoke(x)`": lambda: tool("lookup", description="Look up.")(lookup).invoke({"x": "x"}),
        "`graph.invoke(x)` with an async node": lambda: graph(lookup).compile().invoke({}),
    }
    async with AsyncSqliteSaver.from_conn_string(":memory:") as saver:
        thread = {"configurable": {"thread_id": "1"}}
        calls["`graph.invoke(x)` with `AsyncSqliteSaver`"] = lambda: graph(len).compile(saver).invoke({}, thread)
        rows = [(name, happens(call, shown=lambda _: "no error")) for name, call in calls.items()]
    return table("on the thread of a running event loop", "what happens", rows=rows)


def older_api(_) -> str:
    chain = LLMChain(llm=ScriptedModel(["Yes."]), prompt=PromptTemplate.from_template("Say {input}"))
    other = LLMChain(llm=ScriptedModel(["Yes."]), prompt=PromptTemplate.from_template("Say {topic}"))
    pipe = RunnableLambda(str) | ScriptedModel(["Yes."])
    calls = {
        "`from langchain.chains import LLMChain`": lambda: importlib.import_module("langchain.chains"),
        '`chain.run("hello")`': lambda: chain.run("hello"),
        '`await chain.acall({"input": "hello"})`': lambda: asyncio.run(chain.acall({"input": "hello"})),
        "the same with a prompt of `{topic}`": lambda: asyncio.run(other.acall({"input": "hello"})),
        '`await chain.ainvoke({"input": "hello"})`': lambda: asyncio.run(chain.ainvoke({"input": "hello"})),
        "`chain.call`": lambda: chain.call,
        "`.acall` of a chain made with a pipe": lambda: pipe.acall,
        "`ChatOpenAI(…).predict`": lambda: ChatOpenAI(model="gpt-4o-mini").predict,
    }
    rows = [(name, happens(call, shown=lambda value: f"`{value!r}`")) for name, call in calls.items()]
    return table("older call, `chain` is an `LLMChain`", "what happens", rows=rows)


def happens(call, shown) -> str:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            said = shown(call())
        except Exception as error:
            said = f"``{type(error).__name__}: {' '.join(str(error).split())}``"
    return "; ".join([said, *(f"warns ``{warning.message}``" for warning in warned)])


def table(*head: str, rows: list[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rows])


CAPTURES = {
    "rush.md": rush,
    "deadlines.md": deadlines,
    "at_once.md": at_once,
    "on_the_loop.md": on_the_loop,
    "older_api.md": older_api,
}
