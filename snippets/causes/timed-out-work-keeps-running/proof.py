"""Somebody asks for a poster; drawing it takes three minutes, and the program waits for half a minute."""

import asyncio
import runpy
import time
from pathlib import Path

from unstuck.fakes import Json, Provider

DRAWN = Json({"created": 0, "data": [{"url": "https://images.internal/7.png"}]}, after=180)


async def drive(program, provider: Provider) -> str:
    provider.script(DRAWN)
    return await program.poster("Metropolis")


def synchronous(program, provider: Provider) -> str:
    provider.script(DRAWN)
    return program.poster("Metropolis")


async def after(_, provider: Provider) -> str:
    provider.script(DRAWN)
    rows = ["| program | the user is told after | the picture |", "|---|---|---|"]
    for name in ("broken", "wait_without_cancel", "inner_timeout", "fixed"):
        program, start = runpy.run_path(str(Path(__file__).with_name(f"{name}.py"))), time.monotonic()
        await program["poster"]("Metropolis")
        told = time.monotonic() - start
        request = provider.requests[-1]
        await request.done.opened()
        picture = "the client hung up before it was drawn" if request.hung_up else "was drawn, for nobody"
        rows.append(f"| `{name}.py` | {told:g} s | {picture} |")
        await asyncio.sleep(180)
    return "\n".join(rows)


CAPTURES = {"after.md": after}
