import asyncio

lock = asyncio.Lock()


async def save():
    async with lock:  # stuck
        return "done"


async def main():
    async with lock:
        return await save()
