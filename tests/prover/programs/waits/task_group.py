import asyncio


async def ask():
    await asyncio.Event().wait()


async def main():
    async with asyncio.TaskGroup() as group:  # stuck
        group.create_task(ask())
    return "done"
