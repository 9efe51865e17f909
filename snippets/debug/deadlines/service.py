import asyncio
import os

import httpx
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from tool_deadline import with_deadline


@tool
async def tide(harbour: str) -> str:
    """Look up the next high tide of a harbour."""
    async with httpx.AsyncClient(timeout=5) as client:
        reply = await client.get(f"{os.environ['TIDE_URL']}/tide/{harbour}")
    return reply.text


model = ChatOpenAI(model="gpt-4o-mini", timeout=10, max_retries=1)
chain = ChatPromptTemplate.from_template("When does the ferry leave {harbour}?") | model
tide_in_time = with_deadline(tide, seconds=2)


async def main() -> None:
    call = {"name": "tide", "args": {"harbour": "Husum"}, "id": "call_1", "type": "tool_call"}
    print("tool:", (await tide_in_time.ainvoke(call)).content)
    try:
        async with asyncio.timeout(3):
            await chain.ainvoke({"harbour": "Husum"})
    except TimeoutError:
        print("chain: no answer within 3 s")


asyncio.run(main())
