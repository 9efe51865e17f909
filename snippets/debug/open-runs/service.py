import asyncio
import os
import signal

import httpx
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from open_runs import OpenRuns


@tool
async def stock(part: str) -> str:
    """Look up how many pieces of a part are in stock."""
    async with httpx.AsyncClient(timeout=None) as client:
        reply = await client.get(f"{os.environ['STOCK_URL']}/stock/{part}")
    return reply.text


prompt = ChatPromptTemplate.from_template("Write an offer for part {part}.")
offer = (prompt | ChatOpenAI(model="gpt-4o-mini")).with_config(run_name="offer")


async def main() -> None:
    await asyncio.gather(offer.ainvoke({"part": "M8"}), stock.ainvoke({"part": "M8"}))


open_runs = OpenRuns()
open_runs.watch_every_call()
signal.signal(signal.SIGUSR1, lambda *_: open_runs.dump())
asyncio.run(main())
