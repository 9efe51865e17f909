import os

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_mcp_adapters.client import MultiServerMCPClient

client = MultiServerMCPClient(
    {
        "timetable": {  # cause
            "transport": "streamable_http",
            "url": os.environ["TIMETABLE_URL"],
        }
    }
)


async def answer(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, await client.get_tools())
    result = await agent.ainvoke({"messages": [("user", question)]}, {"recursion_limit": 10})  # stuck
    return result["messages"][-1].text
