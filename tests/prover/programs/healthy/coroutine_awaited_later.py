import asyncio


async def save():
    return "done"


async def main():
    saving = save()
    await asyncio.sleep(1)
    return await saving
