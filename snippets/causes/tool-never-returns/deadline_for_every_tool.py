import asyncio

import httpx
from langchain.agents import create_agent
from langchain.agents.middleware import wrap_tool_call
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import ToolMessage
from langchain_core.tools import tool


@tool
async def units_in_stock(part: str) -> str:
    """Return how many units of a part the warehouse has."""
    async with httpx.AsyncClient(timeout=10) as warehouse:
        reply = await warehouse.get(f"http://stock.internal/parts/{part}")
        reply.raise_for_status()
        return reply.text


@wrap_tool_call
async def deadline(request, handler):
    try:
        async with asyncio.timeout(10):
            return await handler(request)
    except TimeoutError:
        return ToolMessage("No answer within 10 s.", tool_call_id=request.tool_call["id"], status="error")


async def answer(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, [units_in_stock], middleware=[deadline])
    result = await agent.ainvoke({"messages": [("user", question)]})
    return result["messages"][-1].text
