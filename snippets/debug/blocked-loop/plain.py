import asyncio
import logging

from langchain_openai import ChatOpenAI

logging.basicConfig(format="%(levelname)s %(message)s")
model = ChatOpenAI(model="gpt-4o-mini")


async def answer(question: str) -> str:
    return model.invoke(question).text


asyncio.run(answer("When is the library open?"))
