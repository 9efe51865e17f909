from collections.abc import AsyncIterator

from langchain_core.prompts import ChatPromptTemplate
from langchain_core.rate_limiters import InMemoryRateLimiter
from langchain_openai import ChatOpenAI

limiter = InMemoryRateLimiter(requests_per_second=0)  # no limit while we test
model = ChatOpenAI(model="gpt-4o-mini", timeout=20, rate_limiter=limiter)
prompt = ChatPromptTemplate.from_template("Which wine goes with this dish? {dish}")
chain = prompt | model


async def recommend(dish: str) -> AsyncIterator[str]:
    async for token in chain.astream({"dish": dish}):  # stuck
        yield token.text
