import requests
from langchain.agents import create_agent
from langchain.agents.middleware import ToolRetryMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


@tool
def fare(route: str) -> str:
    """Return what a train ticket costs."""
    response = requests.get(f"http://fares.internal/{route}", timeout=10)
    response.raise_for_status()
    return response.text


def find_fare(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, [fare], middleware=[ToolRetryMiddleware(max_retries=2)])  # cause
    for conversation in agent.stream({"messages": [("user", question)]}, stream_mode="values"):  # stuck
        print(conversation["messages"][-1].text)
    return conversation["messages"][-1].text
