import asyncio

tasks = set()


async def save():
    raise ConnectionError("the database is away")


async def main():
    tasks.add(asyncio.create_task(save()))  # stuck
    await asyncio.sleep(1)
    return "done"
