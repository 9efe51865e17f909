import asyncio

import httpx
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


@tool
async def units_in_stock(part: str) -> str:
    """Return how many units of a part the warehouse has."""
    async with httpx.AsyncClient(timeout=None) as warehouse:
        for _ in range(3):
            try:
                reply = await warehouse.get(f"http://stock.internal/parts/{part}")  # stuck
                return reply.text
            except BaseException as error:
                print(f"warehouse: {error!r}, trying again")
    return "unknown"


async def answer(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, [units_in_stock])
    try:
        async with asyncio.timeout(10):
            result = await agent.ainvoke({"messages": [("user", question)]})
    except TimeoutError:
        return "The warehouse does not answer right now."
    return result["messages"][-1].text
