import asyncio

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


@tool
def track(parcel: str) -> str:
    """Return where a parcel is."""
    return f"Parcel {parcel} is on its way."


async def answer(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, [track])
    try:
        async with asyncio.timeout(30):
            result = await agent.ainvoke({"messages": [("user", question)]})
    except TimeoutError:
        return "Please ask again later."
    return result["messages"][-1].text
