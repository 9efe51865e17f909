import asyncio

import nest_asyncio
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool

nest_asyncio.apply()


async def answer(model: BaseChatModel, question: str) -> str:
    @tool
    async def soil_for(plant: str) -> str:
        """Return the soil that a plant likes."""
        return asyncio.run(model.ainvoke(f"Soil for {plant}?")).text

    result = await create_agent(model, [soil_for]).ainvoke({"messages": [("user", question)]})
    return result["messages"][-1].text
