import asyncio


async def save():
    return "done"


async def main():
    return await asyncio.to_thread(asyncio.run, save())
