from langchain.agents import create_agent
from langchain.agents.middleware import ModelCallLimitMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


@tool
def track(parcel: str) -> str:
    """Return where a parcel is."""
    return f"Parcel {parcel} is on its way."


def answer(model: BaseChatModel, question: str) -> str:
    limit = ModelCallLimitMiddleware(run_limit=5, exit_behavior="error")
    agent = create_agent(model, [track], middleware=[limit])
    result = agent.invoke({"messages": [("user", question)]})  # stuck
    return result["messages"][-1].text
