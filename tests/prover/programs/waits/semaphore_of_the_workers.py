import asyncio

slots = asyncio.Semaphore(1)


async def inner():
    async with slots:  # stuck
        return "done"


async def main():
    async with slots:
        return await asyncio.create_task(inner())
