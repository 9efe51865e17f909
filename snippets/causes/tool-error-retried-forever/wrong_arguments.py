from datetime import date

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


@tool
def fare(route: str, day: date) -> str:
    """Return what a train ticket costs on a day."""
    return f"{route} on {day:%d %B}: 29 euros"


def find_fare(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, [fare])
    for conversation in agent.stream({"messages": [("user", question)]}, stream_mode="values"):  # stuck
        print(conversation["messages"][-1].text)
    return conversation["messages"][-1].text
