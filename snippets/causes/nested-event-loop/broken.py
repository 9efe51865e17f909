import asyncio

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


async def answer(model: BaseChatModel, question: str) -> str:
    @tool
    async def soil_for(plant: str) -> str:
        """Return the soil that a plant likes."""
        reply = asyncio.run_coroutine_threadsafe(model.ainvoke(f"Soil for {plant}?"), asyncio.get_running_loop())
        return reply.result().text  # stuck

    agent = create_agent(model, [soil_for]).with_config(recursion_limit=10)
    result = await agent.ainvoke({"messages": [("user", question)]})
    return result["messages"][-1].text
