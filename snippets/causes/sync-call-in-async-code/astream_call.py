from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("Answer a cyclist who rents one of our bikes: {question}")


def build_app(model: BaseChatModel) -> FastAPI:
    app = FastAPI()
    chain = prompt | model

    async def tokens(question: str) -> AsyncIterator[str]:
        async for chunk in chain.astream({"question": question}):
            yield chunk.text

    @app.get("/answer")
    async def answer(question: str) -> StreamingResponse:
        return StreamingResponse(tokens(question), media_type="text/plain")

    @app.get("/health")
    async def health() -> str:
        return "ok"

    return app
