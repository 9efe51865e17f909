import asyncio

import httpx
from langchain.agents import create_agent
from langchain.agents.middleware import before_agent
from langchain_core.messages import RemoveMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph.message import REMOVE_ALL_MESSAGES
from langgraph.graph.state import CompiledStateGraph


@tool
async def free_tables(day: str) -> str:
    """Return the free tables of a day."""
    async with httpx.AsyncClient(timeout=60) as client:
        response = await client.get(f"http://tables.internal/{day}")
    return response.text


@before_agent
def answer_open_calls(state, runtime):
    answered = {message.tool_call_id for message in state["messages"] if isinstance(message, ToolMessage)}
    messages = []
    for message in state["messages"]:
        calls = [call for call in getattr(message, "tool_calls", []) if call["id"] not in answered]
        messages += [message, *(ToolMessage("Cut off; no result.", tool_call_id=call["id"]) for call in calls)]
    if len(messages) > len(state["messages"]):
        return {"messages": [RemoveMessage(REMOVE_ALL_MESSAGES), *messages]}
    return None


def build_host(checkpointer: BaseCheckpointSaver) -> CompiledStateGraph:
    model = ChatOpenAI(model="gpt-4.1", timeout=10)
    return create_agent(model, [free_tables], middleware=[answer_open_calls], checkpointer=checkpointer)


async def reply(host: CompiledStateGraph, guest: str, text: str) -> str:
    config = {"configurable": {"thread_id": guest}}
    try:
        async with asyncio.timeout(20):
            result = await host.ainvoke({"messages": [("user", text)]}, config)
    except TimeoutError:
        return "Our table plan does not answer."
    return result["messages"][-1].text
