import time

import requests
from fastapi import FastAPI
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda

prompt = ChatPromptTemplate.from_template("Tell a reader of our library where the order is: {shelf}")


def wait_for_order(title: str) -> dict[str, str]:
    while (reply := requests.get(f"http://catalogue.internal/orders/{title}", timeout=20)).text == "not yet":
        time.sleep(5)  # stuck
    return {"shelf": reply.text}


def build_app(model: BaseChatModel) -> FastAPI:
    app = FastAPI()
    chain = RunnableLambda(wait_for_order) | prompt | model

    @app.get("/where")
    async def where(title: str) -> str:
        reply = await chain.ainvoke(title)
        return reply.text

    @app.get("/health")
    async def health() -> str:
        return "ok"

    return app
