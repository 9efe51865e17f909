"""The stock service takes the request of the agent's tool and never answers it."""

import asyncio
import fcntl
import inspect
import os
import subprocess
import urllib.request

import httpx
import requests
from langchain.agents import create_agent
from langchain.agents.middleware import ToolErrorMiddleware, ToolRetryMiddleware
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from unstuck.fakes import Body, Drip, Provider, ScriptedModel, Silence, StallBody, tool_call

QUESTION = "How many of part 7 are left?"


class Clerk(ScriptedModel):
    """Calls the tool, and says to the user what the tool said."""

    def _generate(self, messages, *args, **kwargs):
        return _said(messages[-1]) or super()._generate(messages, *args, **kwargs)

    async def _agenerate(self, messages, *args, **kwargs):
        return _said(messages[-1]) or await super()._agenerate(messages, *args, **kwargs)


def _said(message) -> ChatResult | None:
    if isinstance(message, ToolMessage):
        return ChatResult(generations=[ChatGeneration(message=AIMessage(message.text))])
    return None


def clerk() -> ScriptedModel:
    return Clerk([tool_call("units_in_stock", part="7")])


def drive(program, provider: Provider) -> str:
    provider.script(Silence(), path="/parts")
    return program.answer(clerk(), QUESTION)


def second_time(program, provider: Provider) -> str:
    provider.script(Silence(), Body("142 units on shelf 12"), path="/parts")
    return program.answer(clerk(), QUESTION)


def drip(program, provider: Provider) -> str:
    provider.script(Drip("142 units on shelf 12", every=4), path="/parts")
    return program.answer(clerk(), QUESTION)


def half_a_body(program, provider: Provider) -> str:
    provider.script(StallBody("142 units"), path="/parts")
    return program.answer(clerk(), QUESTION)


async def asynchronous(program, provider: Provider) -> str:
    provider.script(Silence(), path="/parts")
    return await program.answer(clerk(), QUESTION)


async def dripping(program, provider: Provider) -> list[str]:
    provider.script(Drip("142 units on shelf 12", every=4), path="/parts")
    answer = await program.answer(clerk(), QUESTION)
    took = f"{asyncio.get_running_loop().time():g} s"
    (request,) = provider.requests
    await request.done.opened()
    return [answer, took, "the client hung up" if request.hung_up else "the client read it all"]


async def six_before(program, provider: Provider) -> str:
    provider.script(Silence(), path="/parts")
    await asyncio.gather(*(program.answer(clerk(), QUESTION) for _ in range(6)))
    return await program.opening_hours()


def locked(program) -> str:
    book = os.memfd_create("reservations")
    fcntl.flock(book, fcntl.LOCK_EX)
    os.environ["RESERVATIONS"] = f"/dev/fd/{book}"
    return program.answer(ScriptedModel([tool_call("reserve", part="7")]), "Keep one of part 7 for me.")


def defaults(program) -> str:
    calls = {
        "`requests.get`, `requests.Session().get`": _default(requests.Session.request),
        "`urllib.request.urlopen`": _default(urllib.request.urlopen),
        "`subprocess.run`": _default(subprocess.run),
        "`httpx.get`": httpx.Client().timeout.read,
        "`httpx.AsyncClient().get`": httpx.AsyncClient().timeout.read,
    }
    rows = [f"| {name} | {seconds:g} s |" if seconds else f"| {name} | for ever |" for name, seconds in calls.items()]
    return "\n".join(["| call | without a timeout it waits |", "|---|---|", *rows])


def _default(call) -> float | None:
    default = inspect.signature(call).parameters["timeout"].default
    return default if isinstance(default, float) else None


def told(program, provider: Provider) -> str:
    provider.script(Silence(), path="/parts")
    ways = {
        "`ToolErrorMiddleware(tell_model)`": ToolErrorMiddleware(program.tell_model),
        "`ToolRetryMiddleware(max_retries=1)`": ToolRetryMiddleware(max_retries=1),
    }
    rows = []
    for name, way in ways.items():
        agent = create_agent(clerk(), [program.units_in_stock], middleware=[way])
        messages = agent.invoke({"messages": [("user", QUESTION)]})["messages"]
        rows.append(f"| {name} | {messages[-1].text} |")
    return "\n".join(["| middleware | what the model is told |", "|---|---|", *rows])


CAPTURES = {"defaults.md": defaults, "told.md": told}
