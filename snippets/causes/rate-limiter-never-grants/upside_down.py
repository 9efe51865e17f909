from langchain_core.prompts import ChatPromptTemplate
from langchain_core.rate_limiters import InMemoryRateLimiter
from langchain_openai import ChatOpenAI

limiter = InMemoryRateLimiter(requests_per_second=1 / 60)  # 60 requests per minute
model = ChatOpenAI(model="gpt-4o-mini", timeout=20, rate_limiter=limiter)
prompt = ChatPromptTemplate.from_template("Which wine goes with this dish? {dish}")
chain = prompt | model


async def recommend(dish: str) -> str:
    reply = await chain.ainvoke({"dish": dish})  # stuck
    return reply.text
