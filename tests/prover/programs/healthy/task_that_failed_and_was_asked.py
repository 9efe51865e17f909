import asyncio


async def save():
    raise ConnectionError


async def main():
    saving = asyncio.create_task(save())
    await asyncio.wait([saving])
    return "done" if saving.exception() else "?"
