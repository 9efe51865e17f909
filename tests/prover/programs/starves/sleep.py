import asyncio
import time


async def health():
    await asyncio.sleep(1)


async def main():
    check = asyncio.create_task(health())
    await asyncio.sleep(0)
    time.sleep(5)  # stuck
    await check
    return "done"
