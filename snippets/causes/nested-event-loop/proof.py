"""Two customers ask the agent, one a second after the other; the model takes two seconds for each call."""

import asyncio
import time

from unstuck.fakes import ScriptedModel, tool_call

SCRIPTS = {
    "Azaleas?": [tool_call("soil_for", plant="azalea"), "Acid soil.", "Plant azaleas in acid soil."],
    "Lavender?": [tool_call("soil_for", plant="lavender"), "Poor soil.", "Plant lavender in poor soil."],
}


async def drive(program) -> list[str]:
    answers, start = [], time.monotonic()

    async def customer(question: str, at: float) -> None:
        await asyncio.sleep(at)
        answer = await program.answer(ScriptedModel(SCRIPTS[question], after=2), question)
        answers.append(f"{at:g} s to {time.monotonic() - start:g} s: {answer}")

    await asyncio.gather(customer("Azaleas?", 0), customer("Lavender?", 1))
    return answers


async def progress(program) -> str:
    return await program.answer(ScriptedModel(["Acid soil."]), "Azaleas?", asyncio.Queue())
