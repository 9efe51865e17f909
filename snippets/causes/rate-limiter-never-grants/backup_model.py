from langchain_core.prompts import ChatPromptTemplate
from langchain_core.rate_limiters import InMemoryRateLimiter
from langchain_openai import ChatOpenAI

limiter = InMemoryRateLimiter(requests_per_second=0.5, max_bucket_size=0.5)
model = ChatOpenAI(model="gpt-4o-mini", timeout=20, max_retries=0, rate_limiter=limiter)
backup = ChatOpenAI(model="gpt-4o", timeout=20)
prompt = ChatPromptTemplate.from_template("Which wine goes with this dish? {dish}")
chain = prompt | model.with_fallbacks([backup])


async def recommend(dish: str) -> str:
    reply = await chain.ainvoke({"dish": dish})  # stuck
    return reply.text
