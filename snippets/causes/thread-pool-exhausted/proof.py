"""36 readers ask at once; the catalogue takes two seconds for each, and a health check comes after one."""

import asyncio
import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import anyio.to_thread
import httpx
from fastapi import FastAPI
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import RunnableLambda
from langchain_core.runnables.config import get_executor_for_config

from unstuck.fakes import Body, Gate, Provider, ScriptedModel

CALLS = 200


async def get(app: FastAPI, path: str, at: float = 0, **params: str) -> str:
    await asyncio.sleep(at)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://library.internal")
    return f"{path}: {(await client.get(path, params=params)).text} at {time.monotonic():g} s"


async def ask(program, number: int) -> list[str]:
    app = program.build_app(ScriptedModel(["It is on shelf 12."]))
    async with app.router.lifespan_context(app):
        readers = [get(app, "/where", title=f"{n}") for n in range(number)]
        answers = Counter(await asyncio.gather(get(app, "/health", at=1), *readers))
    return [f"{count} × {answer}" for answer, count in answers.items()]


async def drive(program, provider: Provider, number: int = 36, seconds: float = 2) -> list[str]:
    provider.script(Body("shelf 12", after=seconds), path="/books")
    for n in range(number):
        provider.script(Body("not yet"), Body("shelf 12"), path=f"/orders/{n}")
    return await ask(program, number)


async def recommend(program, provider: Provider) -> str:
    provider.script(Body("shelf 12", after=18), path="/books")
    await get(program.app, "/recommend", topic="rain")
    readers = [get(program.app, "/where", at=6, title=f"{n}") for n in range(6)]  # the connection is closed after 5 s
    return (await asyncio.gather(get(program.app, "/recommend", at=7, topic="snow"), *readers))[0]


def fan_out(program, provider: Provider) -> list[str]:
    provider.script(Body("shelf 12", after=2), path="/books")
    return program.shelves([f"{n}" for n in range(36)])


forty_one = partial(drive, number=41, seconds=12)
six = partial(ask, number=6)


async def full_pool(_) -> str:
    gate, loop, app, chain = Gate(), asyncio.get_running_loop(), FastAPI(), RunnableLambda(asyncio.sleep)
    app.get("/where")(lambda: "shelf 12")
    held = [loop.run_in_executor(None, gate.wait) for _ in range(6)]
    calls = {
        "`ainvoke` of a plain function or a plain tool": RunnableLambda(str).ainvoke("Emma"),
        "`asyncio.to_thread`": asyncio.to_thread(str),
        "an asynchronous client that looks up a host name": loop.getaddrinfo("localhost", 80),
        "an async chain with a plain callback handler": chain.ainvoke(1, {"callbacks": [BaseCallbackHandler()]}),
        "an async chain without one": chain.ainvoke(1),
        "a plain `def` endpoint": get(app, "/where"),
    }
    tasks = {name: asyncio.ensure_future(call) for name, call in calls.items()}
    await asyncio.sleep(60)
    rows = [f"| {name} | {'done' if task.done() else 'waits'} |" for name, task in tasks.items()]
    gate.open()
    await asyncio.gather(*held, *tasks.values())
    return "\n".join(["| while all six threads are busy | after 60 s |", "|---|---|", *rows])


async def sizes(_) -> str:
    rows = ["| CPUs | default pool | pool of one `batch` or `invoke` | pool for `def` endpoints |", "|---|---|---|---|"]
    for number in (1, 2, 8, 64):
        os.cpu_count = os.process_cpu_count = lambda cpus=number: cpus
        with get_executor_for_config(None) as own:
            pools = [ThreadPoolExecutor(), own, anyio.to_thread.current_default_thread_limiter()]
        rows.append(f"| {number} | {pools[0]._max_workers} | {pools[1]._max_workers} | {pools[2].total_tokens} |")
    return "\n".join(rows)


CAPTURES = {"full_pool.md": full_pool, "sizes.md": sizes}
