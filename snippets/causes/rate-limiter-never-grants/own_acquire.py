from fastapi import FastAPI
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.rate_limiters import InMemoryRateLimiter
from langchain_openai import ChatOpenAI

app = FastAPI()
limiter = InMemoryRateLimiter(requests_per_second=0.5)
model = ChatOpenAI(model="gpt-4o-mini", timeout=20)
prompt = ChatPromptTemplate.from_template("Which wine goes with this dish? {dish}")
chain = prompt | model


@app.get("/health")
async def health() -> str:
    return "up"


@app.post("/recommend")
async def recommend(dish: str) -> str:
    limiter.acquire()  # stuck
    reply = await chain.ainvoke({"dish": dish})
    return reply.text
