import asyncio

import requests
from fastapi import FastAPI
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda

prompt = ChatPromptTemplate.from_template("Tell a reader of our library where the book is: {shelf}")


def ask_catalogue(title: str) -> str:
    return requests.get("http://catalogue.internal/books", params={"title": title}, timeout=20).text  # stuck


async def find_shelf(title: str) -> dict[str, str]:
    return {"shelf": await asyncio.to_thread(ask_catalogue, title)}


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
