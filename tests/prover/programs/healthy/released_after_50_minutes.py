import asyncio


async def main():
    released = asyncio.Event()
    asyncio.get_running_loop().call_later(3000, released.set)
    await released.wait()
    return "done"
