import asyncio

from langchain.agents import create_agent
from langchain_openai import ChatOpenAI


async def ask(readings: str) -> str:
    agent = create_agent(ChatOpenAI(model="gpt-5-mini", timeout=20), system_prompt="You look after a greenhouse.")
    result = await agent.ainvoke({"messages": [("user", f"Which beds need water? {readings}")]})  # stuck
    return result["messages"][-1].text


def report(readings: str) -> str:
    return asyncio.run(ask(readings))
