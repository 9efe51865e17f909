from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("Answer a cyclist who rents one of our bikes: {question}")


def build_app(model: BaseChatModel) -> FastAPI:
    app = FastAPI()
    chain = prompt | model

    def tokens(question: str) -> Iterator[str]:
        for chunk in chain.stream({"question": question}):
            yield chunk.text

    @app.get("/answer")
    async def answer(question: str) -> StreamingResponse:
        return StreamingResponse(tokens(question), media_type="text/plain")

    @app.get("/health")
    async def health() -> str:
        return "ok"

    return app
