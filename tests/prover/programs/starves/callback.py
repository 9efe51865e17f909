import asyncio
import time


def save():
    time.sleep(0.5)  # stuck


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(save)
    await asyncio.sleep(0.1)
    return "done"
