import requests
from fastapi import FastAPI
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


@tool
def free_racks(station: str) -> str:
    """Count the free racks of a station."""
    return requests.get(f"http://racks.internal/stations/{station}", timeout=10).text


def build_app(model: BaseChatModel) -> FastAPI:
    app = FastAPI()
    agent = create_agent(model, [free_racks])

    @app.get("/answer")
    async def answer(question: str) -> str:
        state = await agent.ainvoke({"messages": [("user", question)]})
        return state["messages"][-1].text

    @app.get("/health")
    async def health() -> str:
        return "ok"

    return app
