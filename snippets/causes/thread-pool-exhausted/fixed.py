import httpx
from fastapi import FastAPI
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda

prompt = ChatPromptTemplate.from_template("Tell a reader of our library where the book is: {shelf}")


async def find_shelf(title: str) -> dict[str, str]:
    async with httpx.AsyncClient(timeout=20) as client:
        reply = await client.get("http://catalogue.internal/books", params={"title": title})
    return {"shelf": reply.text}


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
