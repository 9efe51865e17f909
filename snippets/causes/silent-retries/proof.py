"""The provider refuses one model twice and asks for 90 seconds each time, the other model once and for 2 seconds."""

import asyncio
import logging
import os
from contextlib import suppress

import httpx
from langchain_openai import ChatOpenAI
from openai import OpenAIError

from unstuck.fakes import Answer, Embeddings, Provider, RateLimited, ServerError, Silence

CALLS = 200  # a night of refusals, one every two minutes
os.environ.update(ANTHROPIC_API_KEY="not-a-key", ANTHROPIC_BASE_URL="http://anthropic.internal")
MENU = "Onion soup, apple pie"
FRENCH = "Soupe à l'oignon, tarte aux pommes"


def busy(times: int = 2):
    """Refuse a model so many times."""
    left = {"gpt-4o-mini": [RateLimited(90)] * times, "gpt-4o": [RateLimited(2)]}

    def answer(exchange) -> None:
        refusals = left[exchange.asked.json["model"]]
        (refusals.pop() if refusals else Answer(FRENCH))(exchange)

    return answer


async def drive(program, provider: Provider) -> dict[str, object]:
    provider.script(busy())
    log: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: log.append(record.getMessage())
    logging.getLogger().addHandler(handler)
    said = await program.translate(MENU)
    return {"said": said, "requests": len(provider.requests), "log": log}


def always(does):
    async def scenario(program, provider: Provider) -> str:
        provider.script(does)
        return await program.translate(MENU)

    return scenario


eight_refusals = always(busy(8))
out_of_order = always(ServerError(503))
busy_all_day = always(RateLimited(90))
quota_used_up = always(RateLimited(3 * 3600))


def busy_all_night(program, provider: Provider) -> str:
    provider.script(RateLimited(120))
    return program.translate(MENU)


async def health_check(program, provider: Provider) -> list[str]:
    provider.script(busy())
    transport = httpx.ASGITransport(program.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        answers = await asyncio.gather(client.post("/translate", params={"menu": MENU}), client.get("/health"))
    return [answer.json() for answer in answers]


async def index(program, provider: Provider) -> int:
    provider.script(RateLimited(60), RateLimited(60), Embeddings(), path="/v1/embeddings")
    return await program.index(["Onion soup", "Apple pie"])


async def pauses(_, provider: Provider) -> str:
    """Say how long what the provider does takes to reach the caller."""
    rows = ["| the provider, each time | client | requests | the caller knows after |", "|---|---|---|---|"]
    for says, does, settings in (
        ("429, `Retry-After: 90`", RateLimited(90), {}),
        ("429, `Retry-After: 120`", RateLimited(120), {}),
        ("429, `Retry-After: 121`", RateLimited(121), {}),
        ("429, nothing more", RateLimited(), {}),
        ("503", ServerError(503), {"max_retries": 10}),
        ("no answer", Silence(), {"timeout": 20}),
        ("429, `Retry-After: 90`", RateLimited(90), {"max_retries": 0}),
    ):
        provider.script(does)
        model = ChatOpenAI(model="gpt-4o-mini", **settings)
        before, since = len(provider.requests), asyncio.get_running_loop().time()
        with suppress(OpenAIError):
            await model.ainvoke("Onion soup")
        took = asyncio.get_running_loop().time() - since
        client = "".join(f"{name}={value}" for name, value in settings.items())
        rows.append(f"| {says} | `ChatOpenAI({client})` | {len(provider.requests) - before} | {took:.1f} s |")
    return "\n".join(rows)


CAPTURES = {"pauses.md": pauses}
