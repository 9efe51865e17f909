import requests
from langchain.agents import create_agent
from langchain.agents.middleware import ToolCallRequest, ToolErrorMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


@tool
def units_in_stock(part: str) -> str:
    """Return how many units of a part the warehouse has."""
    reply = requests.get(f"http://stock.internal/parts/{part}", timeout=10)
    reply.raise_for_status()
    return reply.text


def tell_model(error: Exception, call: ToolCallRequest) -> str | None:
    if isinstance(error, requests.RequestException):
        return "The warehouse did not answer."
    return None


def answer(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, [units_in_stock], middleware=[ToolErrorMiddleware(tell_model)])
    result = agent.invoke({"messages": [("user", question)]}, {"recursion_limit": 12})
    return result["messages"][-1].text
