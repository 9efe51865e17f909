import asyncio
import os

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_mcp_adapters.client import MultiServerMCPClient

client = MultiServerMCPClient(
    {
        "timetable": {
            "transport": "streamable_http",
            "url": os.environ["TIMETABLE_URL"],
            "terminate_on_close": False,
        }
    }
)


async def answer(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, await client.get_tools())
    try:
        async with asyncio.timeout(30):
            result = await agent.ainvoke({"messages": [("user", question)]})
    except TimeoutError:
        return "Please ask again later."
    return result["messages"][-1].text
