import httpx
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
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
    approval = HumanInTheLoopMiddleware(interrupt_on={"free_tables": True})
    return create_agent(model, [free_tables], middleware=[approval], checkpointer=checkpointer)


async def reply(host: CompiledStateGraph, guest: str, text: str) -> str:
    config = {"configurable": {"thread_id": guest}}
    result = await host.ainvoke({"messages": [("user", text)]}, config)  # stuck
    if "__interrupt__" in result:
        return "One moment, I have to ask."
    return result["messages"][-1].text
