import requests
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


@tool
def units_in_stock(part: str) -> str:
    """Return how many units of a part the warehouse has."""
    reply = requests.get(f"http://stock.internal/parts/{part}")  # stuck
    reply.raise_for_status()
    return reply.text


def answer(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, [units_in_stock])
    result = agent.invoke({"messages": [("user", question)]}, {"recursion_limit": 12})
    return result["messages"][-1].text
