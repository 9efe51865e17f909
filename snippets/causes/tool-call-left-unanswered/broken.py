import asyncio

import httpx
from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph.state import CompiledStateGraph


@tool
async def free_tables(day: str) -> str:
    """Return the free tables of a day."""
    async with httpx.AsyncClient(timeout=60) as client:
        response = await client.get(f"http://tables.internal/{day}")
    return response.text


def build_host(checkpointer: BaseCheckpointSaver) -> CompiledStateGraph:
    model = ChatOpenAI(model="gpt-4.1", timeout=10)
    return create_agent(model, [free_tables], checkpointer=checkpointer)


async def reply(host: CompiledStateGraph, guest: str, text: str) -> str:
    config = {"configurable": {"thread_id": guest}}
    try:
        async with asyncio.timeout(20):  # cause
            result = await host.ainvoke({"messages": [("user", text)]}, config)  # stuck
    except TimeoutError:
        return "Our table plan does not answer."
    return result["messages"][-1].text
