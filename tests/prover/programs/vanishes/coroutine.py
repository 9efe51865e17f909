import asyncio


async def main():
    asyncio.sleep(1)  # stuck
    return "done"
