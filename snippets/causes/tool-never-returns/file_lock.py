import fcntl
import os

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


@tool
def reserve(part: str) -> str:
    """Reserve one unit of a part."""
    with open(os.environ["RESERVATIONS"], "a") as book:
        fcntl.flock(book, fcntl.LOCK_EX)  # stuck
        book.write(f"{part},1\n")
    return f"Part {part} is reserved."


def answer(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, [reserve])
    result = agent.invoke({"messages": [("user", question)]})
    return result["messages"][-1].text
