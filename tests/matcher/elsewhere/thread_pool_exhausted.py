import asyncio

import httpx
from langchain_core.tools import StructuredTool


def convert(amount: int) -> str:
    """Convert an amount."""
    return httpx.get(f"http://rates.internal/{amount}", timeout=60).text


async def main():
    tool = StructuredTool.from_function(convert)
    return await asyncio.gather(*(tool.ainvoke({"amount": n}) for n in range(30)))
