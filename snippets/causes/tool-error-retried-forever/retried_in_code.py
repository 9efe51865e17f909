import httpx
from langchain.agents import create_agent
from langchain.agents.middleware import ToolCallLimitMiddleware, ToolRetryMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


@tool
async def fare(route: str) -> str:
    """Return what a train ticket costs."""
    async with httpx.AsyncClient(timeout=10) as client:
        response = await client.get(f"http://fares.internal/{route}")
    response.raise_for_status()
    return response.text


def give_up(error: Exception) -> str:
    return "No fares today. Do not ask for one; tell the user to come back later."


async def find_fare(model: BaseChatModel, question: str) -> str:
    retry = ToolRetryMiddleware(max_retries=2, retry_on=(httpx.HTTPError,), on_failure=give_up)
    limit = ToolCallLimitMiddleware(tool_name="fare", run_limit=3, exit_behavior="end")
    agent = create_agent(model, [fare], middleware=[limit, retry])
    result = await agent.ainvoke({"messages": [("user", question)]})
    return result["messages"][-1].text
