from fastapi import FastAPI
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel


def build_app(model: BaseChatModel) -> FastAPI:
    app = FastAPI()
    agent = create_agent(model, system_prompt="You answer cyclists who rent one of our bikes.")

    @app.get("/answer")
    async def answer(question: str) -> str:
        state = agent.invoke({"messages": [("user", question)]})  # stuck
        return state["messages"][-1].text

    @app.get("/health")
    async def health() -> str:
        return "ok"

    return app
