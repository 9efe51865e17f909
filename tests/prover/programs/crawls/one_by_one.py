import asyncio


async def main():
    for _ in range(10):
        await asyncio.sleep(1)  # stuck
    return "done"
