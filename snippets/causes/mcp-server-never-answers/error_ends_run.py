import os
from datetime import timedelta

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_mcp_adapters.client import MultiServerMCPClient

client = MultiServerMCPClient(
    {
        "timetable": {
            "transport": "streamable_http",
            "url": os.environ["TIMETABLE_URL"],
            "sse_read_timeout": 20,
            "session_kwargs": {"read_timeout_seconds": timedelta(seconds=20)},
        }
    }
)


async def answer(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, await client.get_tools())
    result = await agent.ainvoke({"messages": [("user", question)]})  # stuck
    return result["messages"][-1].text
