import asyncio
import time


async def main():
    timer = asyncio.get_running_loop().call_later(1, print)
    timer.cancel()
    time.sleep(5)
    return "done"
