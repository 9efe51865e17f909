import asyncio

from langchain.agents import create_agent
from langchain_openai import ChatOpenAI

agent = create_agent(ChatOpenAI(model="gpt-4o-mini"), system_prompt="Write the text of a film poster.")


def write(film: str) -> str:
    result = agent.invoke({"messages": [("user", film)]})  # stuck
    return result["messages"][-1].text


async def poster(film: str) -> str:
    try:
        async with asyncio.timeout(30):
            return await asyncio.to_thread(write, film)
    except TimeoutError:
        return "No poster for now."
