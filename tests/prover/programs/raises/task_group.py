import asyncio


async def save():
    raise ConnectionError("the database is away")  # stuck


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(save())
    return "done"
