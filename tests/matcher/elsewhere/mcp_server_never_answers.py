import os

from langchain_mcp_adapters.tools import load_mcp_tools
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client


async def answer(model, question):
    async with (
        streamablehttp_client(os.environ["TIMETABLE_URL"]) as (reader, writer, _),
        ClientSession(reader, writer) as session,
    ):
        await session.initialize()
        (tool, *_) = await load_mcp_tools(session)
        return await tool.ainvoke({"harbour": "Rab"})
