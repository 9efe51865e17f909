import requests
from fastapi import FastAPI
from langchain_core.runnables import RunnableLambda
from langchain_openai import ChatOpenAI

app = FastAPI()
model = ChatOpenAI(model="gpt-4o-mini", base_url="http://model.internal/v1", timeout=60)


def find_shelf(title: str) -> str:
    return requests.get("http://catalogue.internal/books", params={"title": title}, timeout=20).text


@app.get("/where")
async def where(title: str) -> str:
    return await RunnableLambda(find_shelf).ainvoke(title)


@app.get("/recommend")
async def recommend(topic: str) -> str:
    reply = await model.ainvoke(f"Recommend a book about {topic}.")  # stuck
    return reply.text
