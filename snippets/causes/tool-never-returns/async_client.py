import httpx
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool

warehouse = httpx.AsyncClient(base_url="http://stock.internal", timeout=None)


@tool
async def units_in_stock(part: str) -> str:
    """Return how many units of a part the warehouse has."""
    reply = await warehouse.get(f"/parts/{part}")  # stuck
    reply.raise_for_status()
    return reply.text


async def answer(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, [units_in_stock])
    result = await agent.ainvoke({"messages": [("user", question)]})
    return result["messages"][-1].text
