import asyncio


async def main():
    async with asyncio.timeout(30):  # stuck
        await asyncio.Event().wait()
    return "done"
