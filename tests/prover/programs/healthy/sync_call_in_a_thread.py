import asyncio
import time


async def main():
    await asyncio.gather(asyncio.to_thread(time.sleep, 5), asyncio.sleep(1))
    return "done"
