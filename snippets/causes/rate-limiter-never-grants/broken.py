from langchain_core.prompts import ChatPromptTemplate
from langchain_core.rate_limiters import InMemoryRateLimiter
from langchain_openai import ChatOpenAI

REQUESTS_PER_MINUTE = 30  # what our contract allows

per_second = REQUESTS_PER_MINUTE / 60
limiter = InMemoryRateLimiter(requests_per_second=per_second, max_bucket_size=per_second)  # cause
model = ChatOpenAI(model="gpt-4o-mini", timeout=20, rate_limiter=limiter)
prompt = ChatPromptTemplate.from_template("Which wine goes with this dish? {dish}")
chain = prompt | model


async def recommend(dish: str) -> str:
    reply = await chain.ainvoke({"dish": dish})  # stuck
    return reply.text
