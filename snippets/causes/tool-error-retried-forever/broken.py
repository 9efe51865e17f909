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
    except httpx.HTTPError as error:
        return f"Error: {error}. Please try again."  # cause
    return response.text


async def find_fare(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, [fare])
    result = await agent.ainvoke({"messages": [("user", question)]})  # stuck
    return result["messages"][-1].text
