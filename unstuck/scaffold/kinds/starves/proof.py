"""TODO: what happens from outside, in one sentence."""

import asyncio

from unstuck.fakes import ScriptedModel


async def health() -> str:
    await asyncio.sleep(1)
    return "ok"


async def drive(program) -> list[str]:
    model = ScriptedModel(["", "We open at eight."])
    return await asyncio.gather(program.opening_hours(model, "When do you open?"), health())
