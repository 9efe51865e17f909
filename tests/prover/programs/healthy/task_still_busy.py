import asyncio

tasks = []


async def work():
    for _ in range(100):
        await asyncio.sleep(0)


async def main():
    tasks.append(asyncio.create_task(work()))
    return "done"
