# TODO: your program, whole and as short as it still shows the cause; this one shows the form.
import asyncio

from langchain_core.language_models import BaseChatModel

slots = asyncio.Semaphore(2)


async def translate(model: BaseChatModel, letter: str) -> str:
    async with slots:
        reply = await model.ainvoke(f"Translate this letter: {letter}")
    return reply.text


async def translate_all(model: BaseChatModel, letters: list[str]) -> list[str]:
    return [await translate(model, letter) for letter in letters]
