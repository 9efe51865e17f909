from langchain_core.prompts import ChatPromptTemplate
from langchain_core.rate_limiters import InMemoryRateLimiter
from langchain_openai import ChatOpenAI

limiter = InMemoryRateLimiter(requests_per_second=0.5, check_every_n_seconds=0.5, max_bucket_size=0.5)
limiter.available_tokens = 1.0  # the first guest shall not wait
model = ChatOpenAI(model="gpt-4o-mini", timeout=20, rate_limiter=limiter)
prompt = ChatPromptTemplate.from_template("Which wine goes with this dish? {dish}")
chain = prompt | model


async def recommend(dish: str) -> str:
    reply = await chain.ainvoke({"dish": dish})  # stuck
    return reply.text
