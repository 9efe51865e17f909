from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


@tool
def ticket_price(route: str) -> str:
    """Return what a train ticket costs."""
    return f"{route}: 29 euros"


def find_fare(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, [ticket_price], system_prompt="Look up prices with the tool fare.")  # cause
    for conversation in agent.stream({"messages": [("user", question)]}, stream_mode="values"):  # stuck
        print(conversation["messages"][-1].text)
    return conversation["messages"][-1].text
