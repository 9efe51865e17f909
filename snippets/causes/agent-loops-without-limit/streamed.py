from collections.abc import AsyncIterator

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


@tool
def track(parcel: str) -> str:
    """Return where a parcel is."""
    return f"Parcel {parcel} is on its way."


async def answer(model: BaseChatModel, question: str) -> AsyncIterator[str]:
    agent = create_agent(model, [track])
    question = {"messages": [("user", question)]}
    async for message, _ in agent.astream(question, stream_mode="messages"):  # stuck
        if message.type == "AIMessageChunk" and message.text:
            yield message.text
