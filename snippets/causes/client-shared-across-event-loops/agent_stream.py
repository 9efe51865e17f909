import asyncio

from langchain.agents import create_agent
from langchain_openai import ChatOpenAI

agent = create_agent(ChatOpenAI(model="gpt-4o-mini", timeout=20), system_prompt="Sum up the hotel review.")


async def stream(review: str) -> str:
    text = ""
    messages = {"messages": [("user", review)]}
    async for chunk, _ in agent.astream(messages, stream_mode="messages"):  # stuck
        text += chunk.text
    return text


def sum_up(review: str) -> str:
    return asyncio.run(stream(review))
