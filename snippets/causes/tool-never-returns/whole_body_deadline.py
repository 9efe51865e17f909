import time

import requests
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


@tool
def units_in_stock(part: str) -> str:
    """Return how many units of a part the warehouse has."""
    until, body = time.monotonic() + 10, b""
    try:
        with requests.get(f"http://stock.internal/parts/{part}", timeout=5, stream=True) as reply:
            reply.raise_for_status()
            for byte in reply.iter_content(1):
                body += byte
                if time.monotonic() > until:
                    return "The warehouse is too slow."
    except requests.RequestException:
        return "The warehouse did not answer."
    return body.decode()


def answer(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, [units_in_stock])
    result = agent.invoke({"messages": [("user", question)]})
    return result["messages"][-1].text
