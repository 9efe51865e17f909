import asyncio

from langchain_openai import ChatOpenAI

model = ChatOpenAI(model="gpt-4o-mini")  # unstuck: ignore[model-call-without-timeout] ask() has a deadline


async def ask(question: str) -> str:
    async with asyncio.timeout(30):
        return (await model.ainvoke(question)).text
