import asyncio


async def ask():
    await asyncio.Event().wait()  # stuck


async def main():
    await asyncio.gather(asyncio.sleep(1), ask())
    return "done"
