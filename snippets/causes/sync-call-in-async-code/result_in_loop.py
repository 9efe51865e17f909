import asyncio

from fastapi import FastAPI
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("Answer a cyclist who rents one of our bikes: {question}")


def build_app(model: BaseChatModel) -> FastAPI:
    app = FastAPI()
    chain = prompt | model

    @app.get("/answer")
    async def answer(question: str) -> str:
        loop = asyncio.get_running_loop()
        future = asyncio.run_coroutine_threadsafe(chain.ainvoke({"question": question}), loop)
        return future.result().text  # stuck

    @app.get("/health")
    async def health() -> str:
        return "ok"

    return app
