from langchain.agents import create_agent
from langchain.agents.middleware import ToolCallLimitMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


@tool
def track(parcel: str) -> str:
    """Return where a parcel is."""
    return f"Parcel {parcel} is on its way."


def answer(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, [track], middleware=[ToolCallLimitMiddleware(run_limit=3, exit_behavior="end")])
    result = agent.invoke({"messages": [("user", question)]})
    return result["messages"][-1].text
