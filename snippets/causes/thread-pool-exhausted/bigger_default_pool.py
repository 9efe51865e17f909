import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import requests
from fastapi import FastAPI
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda

prompt = ChatPromptTemplate.from_template("Tell a reader of our library where the book is: {shelf}")


def find_shelf(title: str) -> dict[str, str]:
    reply = requests.get("http://catalogue.internal/books", params={"title": title}, timeout=20)
    return {"shelf": reply.text}


@asynccontextmanager
async def more_threads(app: FastAPI) -> AsyncIterator[None]:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(40))
    yield


def build_app(model: BaseChatModel) -> FastAPI:
    app = FastAPI(lifespan=more_threads)
    chain = RunnableLambda(find_shelf) | prompt | model

    @app.get("/where")
    async def where(title: str) -> str:
        reply = await chain.ainvoke(title)
        return reply.text

    @app.get("/health")
    async def health() -> str:
        return "ok"

    return app
