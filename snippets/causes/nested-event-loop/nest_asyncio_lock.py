import asyncio

import nest_asyncio
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool

nest_asyncio.apply()
one_at_a_time = asyncio.Lock()


async def answer(model: BaseChatModel, question: str) -> str:
    @tool
    async def soil_for(plant: str) -> str:
        """Return the soil that a plant likes."""
        asyncio.run(one_at_a_time.acquire())  # stuck
        try:
            return asyncio.run(model.ainvoke(f"Soil for {plant}?")).text
        finally:
            one_at_a_time.release()

    result = await create_agent(model, [soil_for]).ainvoke({"messages": [("user", question)]})
    return result["messages"][-1].text
