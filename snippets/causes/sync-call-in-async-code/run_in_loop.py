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
        reply = asyncio.run(chain.ainvoke({"question": question}))  # stuck
        return reply.text

    @app.get("/health")
    async def health() -> str:
        return "ok"

    return app
