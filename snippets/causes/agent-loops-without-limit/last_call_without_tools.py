from langchain.agents import create_agent
from langchain.agents.middleware import ModelCallLimitMiddleware, wrap_model_call
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.tools import tool


@tool
def track(parcel: str) -> str:
    """Return where a parcel is."""
    return f"Parcel {parcel} is on its way."


@wrap_model_call
def last_call_without_tools(request, handler):
    calls = sum(isinstance(message, AIMessage) for message in request.messages)
    return handler(request if calls < 4 else request.override(tools=[]))


def answer(model: BaseChatModel, question: str) -> str:
    limits = [ModelCallLimitMiddleware(run_limit=5), last_call_without_tools]
    agent = create_agent(model, [track], middleware=limits)
    result = agent.invoke({"messages": [("user", question)]})
    return result["messages"][-1].text
