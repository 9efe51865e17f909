import httpx
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


@tool
async def fare(route: str) -> str:
    """Return what a train ticket costs."""
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            response = await client.get(f"http://fares.internal/{route}")
        response.raise_for_status()
    except httpx.HTTPError:
        return "No fares today. Do not ask for one; tell the user to come back later."
    return response.text


async def find_fare(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, [fare])
    result = await agent.ainvoke({"messages": [("user", question)]})  # stuck
    return result["messages"][-1].text
