import os

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools

client = MultiServerMCPClient({"timetable": {"transport": "http", "url": os.environ["TIMETABLE_URL"]}})


async def answer(model: BaseChatModel, question: str) -> str:
    async with client.session("timetable") as session:
        agent = create_agent(model, await load_mcp_tools(session))
        async for state in agent.astream({"messages": [("user", question)]}, stream_mode="values"):  # stuck
            reply = state["messages"][-1].text
    return reply
