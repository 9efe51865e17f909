import asyncio

from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from openai import DefaultAsyncHttpxClient

prompt = ChatPromptTemplate.from_template("Sum up this hotel review in three words: {review}")


async def ask(review: str) -> str:
    async with DefaultAsyncHttpxClient() as client:
        chain = prompt | ChatOpenAI(model="gpt-4o-mini", timeout=20, http_async_client=client)
        reply = await chain.ainvoke({"review": review})
    return reply.text


def sum_up(review: str) -> str:
    return asyncio.run(ask(review))
