import asyncio

from fastapi import FastAPI
from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableLambda

SHELVES = {"Emma": "shelf 12", "Ulysses": "shelf 3"}


def build_app(model: BaseChatModel) -> FastAPI:
    app = FastAPI()
    find_shelf = RunnableLambda(lambda title: SHELVES.get(title, "in the cellar"))

    @app.get("/where")
    async def where(title: str) -> str:
        loop = asyncio.get_running_loop()

        def describe(title: str) -> str:
            shelf = asyncio.run_coroutine_threadsafe(find_shelf.ainvoke(title), loop)
            return f"{title}: {shelf.result()}"  # stuck

        return await RunnableLambda(describe).ainvoke(title)

    return app
