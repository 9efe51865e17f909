import asyncio


async def save():
    raise ConnectionError("the database is away")


async def main():
    asyncio.create_task(save())  # stuck
    await asyncio.sleep(1)
    return "done"
