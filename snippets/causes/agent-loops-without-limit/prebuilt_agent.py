from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool
from langgraph.prebuilt import create_react_agent


@tool
def track(parcel: str) -> str:
    """Return where a parcel is."""
    return f"Parcel {parcel} is on its way."


def answer(model: BaseChatModel, question: str) -> str:
    agent = create_react_agent(model, [track])
    result = agent.invoke({"messages": [("user", question)]}, {"recursion_limit": 12})
    return result["messages"][-1].text
