import asyncio

import stack_dump


async def work(jobs: asyncio.Queue[str]) -> None:
    while job := await jobs.get():
        await asyncio.to_thread(print, job)


async def main() -> None:
    jobs: asyncio.Queue[str] = asyncio.Queue()
    async with asyncio.TaskGroup() as group, await asyncio.start_server(lambda reader, writer: None, port=0):
        for _ in range(3):
            group.create_task(work(jobs))
        jobs.put_nowait("job")
        await asyncio.sleep(0.1)
        stack_dump.write()
        await asyncio.Event().wait()


asyncio.run(main(), debug=True)
