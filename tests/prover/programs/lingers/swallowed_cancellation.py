import asyncio

tasks = []


async def work():
    while True:
        try:
            await asyncio.Event().wait()  # stuck
        except asyncio.CancelledError:
            pass


async def main():
    tasks.append(asyncio.create_task(work()))
    await asyncio.sleep(0)
    return "done"
