import os

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_mcp_adapters.tools import load_mcp_tools
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client


async def answer(model: BaseChatModel, question: str) -> str:
    async with streamable_http_client(os.environ["TIMETABLE_URL"]) as (read, write, _):
        session = ClientSession(read, write)
        await session.initialize()  # stuck
        agent = create_agent(model, await load_mcp_tools(session))
        result = await agent.ainvoke({"messages": [("user", question)]})
    return result["messages"][-1].text
