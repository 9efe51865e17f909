import asyncio
import time


async def main():
    await asyncio.sleep(1)
    time.sleep(5)
    return "done"
