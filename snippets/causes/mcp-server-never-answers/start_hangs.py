import os
import sys

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_mcp_adapters.client import MultiServerMCPClient

client = MultiServerMCPClient(
    {
        "timetable": {
            "transport": "stdio",
            "command": sys.executable,
            "args": [os.environ["TIMETABLE_SERVER"]],
        }
    }
)


async def answer(model: BaseChatModel, question: str) -> str:
    tools = await client.get_tools()  # stuck
    result = await create_agent(model, tools).ainvoke({"messages": [("user", question)]})
    return result["messages"][-1].text
