import asyncio
import time


async def main():
    other = asyncio.create_task(asyncio.sleep(0))
    time.sleep(0.05)
    await other
    return "done"
