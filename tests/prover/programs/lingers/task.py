import asyncio

tasks = []


async def work():
    while True:
        await asyncio.sleep(60)  # stuck


async def main():
    tasks.append(asyncio.create_task(work()))
    return "done"
