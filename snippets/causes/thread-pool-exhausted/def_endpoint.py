import requests
from fastapi import FastAPI
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda

prompt = ChatPromptTemplate.from_template("Tell a reader of our library where the book is: {shelf}")


def find_shelf(title: str) -> dict[str, str]:
    reply = requests.get("http://catalogue.internal/books", params={"title": title}, timeout=20)  # stuck
    return {"shelf": reply.text}


def build_app(model: BaseChatModel) -> FastAPI:
    app = FastAPI()
    chain = RunnableLambda(find_shelf) | prompt | model

    @app.get("/where")
    def where(title: str) -> str:
        reply = chain.invoke(title)
        return reply.text

    @app.get("/health")
    async def health() -> str:
        return "ok"

    return app
