import os
import sys

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools

server = {"transport": "stdio", "command": sys.executable, "args": [os.environ["TIMETABLE_SERVER"]]}
client = MultiServerMCPClient({"timetable": server})


async def answer(model: BaseChatModel, question: str) -> str:
    async with client.session("timetable") as session:
        agent = create_agent(model, await load_mcp_tools(session))
        result = await agent.ainvoke({"messages": [("user", question)]})  # stuck
    return result["messages"][-1].text
