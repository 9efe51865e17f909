import asyncio
import logging

from langchain_openai import ChatOpenAI
from loop_watchdog import LoopWatchdog

logging.basicConfig(format="%(levelname)s %(message)s")
model = ChatOpenAI(model="gpt-4o-mini")


async def answer(question: str) -> str:
    return model.invoke(question).text


async def main() -> None:
    async with LoopWatchdog():
        await answer("When is the library open?")


asyncio.run(main())
