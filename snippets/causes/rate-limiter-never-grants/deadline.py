import asyncio

from langchain_core.prompts import ChatPromptTemplate
from langchain_core.rate_limiters import InMemoryRateLimiter
from langchain_openai import ChatOpenAI

limiter = InMemoryRateLimiter(requests_per_second=0.5, max_bucket_size=0.5)
model = ChatOpenAI(model="gpt-4o-mini", timeout=20, rate_limiter=limiter)
prompt = ChatPromptTemplate.from_template("Which wine goes with this dish? {dish}")
chain = prompt | model


async def recommend(dish: str) -> str:
    try:
        async with asyncio.timeout(30):
            reply = await chain.ainvoke({"dish": dish})
    except TimeoutError:
        return "ask the sommelier"
    return reply.text
