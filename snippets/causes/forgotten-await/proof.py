"""The menu is asked for one dish; the model, if it is called, takes two seconds."""

import asyncio
import importlib.util
import os
import re
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

import httpx
from langchain_core.callbacks import AsyncCallbackHandler

from unstuck.fakes import Answer, Provider, ScriptedModel


async def drive(program) -> str:
    app = program.build_app(ScriptedModel(["pea soup"], after=2))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://menu.internal") as client:
        response = await client.get("/menu", params={"dish": "Erbsensuppe"})
    return without_address(f"{response.status_code} {response.text}")


async def served(program) -> str:
    """Do what a server does with an error: log it, and answer with 500."""
    try:
        return await drive(program)
    except Exception as error:
        print(without_address("".join(traceback.format_exception_only(error))), file=sys.stderr)
        return "500 Internal Server Error"


async def job(program) -> list:
    model = ScriptedModel(["pea soup", "red fruit jelly"])
    menu = await program.translate(model, ["Erbsensuppe", "Rote Grütze"])
    return [menu, f"{model.calls.total} calls of the model"]


async def tokens(program) -> list[str]:
    class Tokens(AsyncCallbackHandler):
        async def on_llm_new_token(self, token, **kwargs) -> None:
            seen.append(token)

    seen = []
    return [await program.translate("Erbsensuppe", [Tokens()]), *seen]


def without_address(text: str) -> str:
    return re.sub(r"0x[0-9a-f]+", "0x…", text)


TEST = """
import asyncio
from langchain_core.runnables import RunnableLambda

async def menu(dish):
    name = RunnableLambda(str.title).ainvoke(dish)
    return f"{dish} ({name})"

def test_menu_names_the_dish():
    assert "Erbsensuppe" in asyncio.run(menu("Erbsensuppe"))
"""


def pytest_flags(_) -> str:
    import pytest

    # The prover tells lost coroutines in a way of its own; here it is to be Python's.
    spec = importlib.util.find_spec("warnings")
    python = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(python)
    warnings._warn_unawaited_coroutine = python._warn_unawaited_coroutine
    flags = {"no flag": []}
    for category in ("RuntimeWarning", "pytest.PytestUnraisableExceptionWarning"):
        flags[f"`-W error::{category}`"] = ["-W", f"error::{category}"]
    flags["both flags"] = [flag for given in flags.values() for flag in given]
    tests = {"with both flags, once it awaits": (flags["both flags"], TEST.replace("= Run", "= await Run"))}
    tests = {f"with {name}": (given, TEST) for name, given in flags.items()} | tests
    rows = ["| pytest | the test |", "| --- | --- |"]
    for number, (name, (given, test)) in enumerate(tests.items()):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, f"test_menu_{number}.py").write_text(test)
            alone = ["-c", os.devnull, "--rootdir", folder, "-p", "no:cacheprovider", "--import-mode", "importlib"]
            rows.append(f"| {name} | {OUTCOMES[pytest.main([*alone, *given, folder])]} |")
    return "\n".join(rows)


OUTCOMES = {0: "passes", 1: "fails"}


def celery(_, provider: Provider) -> str:
    from celery import Celery
    from celery.contrib.testing.worker import start_worker
    from langchain_openai import ChatOpenAI

    provider.script(Answer("pea soup"))
    model = ChatOpenAI(model="gpt-4o-mini", timeout=20)

    def invoke() -> str:
        return model.invoke("Erbsensuppe").text

    async def ainvoke() -> str:
        reply = await model.ainvoke("Erbsensuppe")
        return reply.text

    def run_ainvoke() -> str:
        return asyncio.run(ainvoke())

    def running_loop() -> str:
        return str(asyncio.get_running_loop())

    tasks = {
        "`def` task, `model.invoke(x)`": invoke,
        "`async def` task, `await model.ainvoke(x)`": ainvoke,
        "`def` task, `asyncio.run(model.ainvoke(x))`": run_ainvoke,
        "the same task once more": run_ainvoke,
        "`def` task, `asyncio.get_running_loop()`": running_loop,
    }
    rows = ["| Celery task | its result |", "| --- | --- |"]
    app = Celery(broker="memory://", backend="cache+memory://")
    registered = {function: app.task(function, name=function.__name__) for function in dict.fromkeys(tasks.values())}
    with start_worker(app, pool="solo", perform_ping_check=False, loglevel="critical"):
        for name, function in tasks.items():
            try:
                rows.append(f"| {name} | `{registered[function].delay().get()!r}` |")
            except Exception as error:
                rows.append(f"| {name} | `{type(error).__name__}: {error}` |")
    return "\n".join(rows)


CAPTURES = {"pytest.md": pytest_flags, "celery.md": celery}
