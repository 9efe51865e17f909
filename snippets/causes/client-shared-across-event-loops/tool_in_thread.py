import asyncio

from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

model = ChatOpenAI(model="gpt-4o-mini", timeout=20)


@tool
def guests_say(hotel: str) -> str:
    """Return what the guests of a hotel say, in three words."""
    reply = asyncio.run(model.ainvoke(f"What do guests say about {hotel}?"))  # stuck
    return reply.text


async def answer(question: str) -> str:
    result = await create_agent(model, [guests_say]).ainvoke({"messages": [("user", question)]})
    return result["messages"][-1].text
