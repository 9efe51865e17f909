from langchain_core.prompts import ChatPromptTemplate
from langchain_core.rate_limiters import InMemoryRateLimiter
from langchain_openai import ChatOpenAI

limiter = InMemoryRateLimiter(requests_per_second=30 // 60, max_bucket_size=10)
model = ChatOpenAI(model="gpt-4o-mini", timeout=20, rate_limiter=limiter)
prompt = ChatPromptTemplate.from_template("Which wine goes with this dish? {dish}")
chain = prompt | model


def pair(menu: list[str]) -> dict[str, str]:
    wines = {}
    for dish in menu:
        wines[dish] = chain.invoke({"dish": dish}).text  # stuck
    return wines
