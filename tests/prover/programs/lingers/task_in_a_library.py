import asyncio

kept = set()


async def main():
    kept.add(asyncio.create_task(asyncio.Event().wait()))  # stuck
    return "done"
