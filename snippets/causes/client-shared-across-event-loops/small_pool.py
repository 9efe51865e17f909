import asyncio

import httpx
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from openai import DefaultAsyncHttpxClient

prompt = ChatPromptTemplate.from_template("Sum up this hotel review in three words: {review}")
one_at_a_time = DefaultAsyncHttpxClient(limits=httpx.Limits(max_connections=1))
chain = prompt | ChatOpenAI(model="gpt-4o-mini", http_async_client=one_at_a_time)


async def ask(review: str) -> str:
    reply = await chain.ainvoke({"review": review})  # stuck
    return reply.text


def sum_up(review: str) -> str:
    return asyncio.run(ask(review))
