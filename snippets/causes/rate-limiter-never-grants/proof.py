"""One guest asks for a wine; the provider is healthy, and would answer after three seconds."""

import asyncio
from contextlib import suppress

import httpx
from langchain_core.rate_limiters import InMemoryRateLimiter

from unstuck.fakes import Answer, Provider

DISH = "trout with almonds"
WINES = {"gpt-4o-mini": Answer("A dry Riesling.", after=3), "gpt-4o": Answer("A Chablis.", after=3)}


def sommelier(exchange) -> None:
    WINES[exchange.asked.json["model"]](exchange)


async def drive(program, provider: Provider) -> str:
    provider.script(sommelier)
    return await program.recommend(DISH)


def script(program, provider: Provider) -> str:
    provider.script(sommelier)
    return program.recommend(DISH)


def whole_menu(program, provider: Provider) -> dict[str, str]:
    provider.script(sommelier)
    return program.pair([DISH, "onion soup"])


async def stream(program, provider: Provider) -> str:
    provider.script(sommelier)
    return "".join([token async for token in program.recommend(DISH)])


async def health_check(program, provider: Provider) -> list[str]:
    provider.script(sommelier)
    transport = httpx.ASGITransport(program.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://restaurant") as client:
        answers = await asyncio.gather(client.post("/recommend", params={"dish": DISH}), client.get("/health"))
    return [answer.json() for answer in answers]


async def grants(_) -> str:
    """Say when each limiter grants its first three tokens, within 190 seconds."""
    limiters = (
        "",
        "requests_per_second=0.5",
        "requests_per_second=0.5, max_bucket_size=10",
        "requests_per_second=1 / 60",
        "requests_per_second=0.5, max_bucket_size=0.5",
        "requests_per_second=100, max_bucket_size=0.99",
        "requests_per_second=30 // 60",
        "requests_per_second=-1",
    )
    cells = await asyncio.gather(*[_three_tokens(settings) for settings in limiters])
    rows = [f"| `InMemoryRateLimiter({settings})` | {cell} |" for settings, cell in zip(limiters, cells, strict=True)]
    return "\n".join(["| limiter | first | second | third |", "|---|---|---|---|", *rows])


async def _three_tokens(settings: str) -> str:
    limiter = eval(f"InMemoryRateLimiter({settings})", {"InMemoryRateLimiter": InMemoryRateLimiter})
    loop = asyncio.get_running_loop()
    since, after = loop.time(), ["never", "never", "never"]
    with suppress(TimeoutError):
        async with asyncio.timeout(190):
            for nth in range(3):
                await limiter.aacquire()
                after[nth] = f"{loop.time() - since:.0f} s"
    return " | ".join(after)


CAPTURES = {"grants.md": grants}
