import asyncio
from concurrent.futures import ThreadPoolExecutor

import requests
from fastapi import FastAPI
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda

prompt = ChatPromptTemplate.from_template("Tell a reader of our library where the book is: {shelf}")
for_catalogue = ThreadPoolExecutor(40)


def ask_catalogue(title: str) -> str:
    return requests.get("http://catalogue.internal/books", params={"title": title}, timeout=20).text


async def find_shelf(title: str) -> dict[str, str]:
    loop = asyncio.get_running_loop()
    return {"shelf": await loop.run_in_executor(for_catalogue, ask_catalogue, title)}


def build_app(model: BaseChatModel) -> FastAPI:
    app = FastAPI()
    chain = RunnableLambda(find_shelf) | prompt | model

    @app.get("/where")
    async def where(title: str) -> str:
        reply = await chain.ainvoke(title)
        return reply.text

    @app.get("/health")
    async def health() -> str:
        return "ok"

    return app
