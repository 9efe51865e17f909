import asyncio
import threading


def work():
    threading.Event().wait()  # stuck


async def main():
    try:
        await asyncio.wait_for(asyncio.to_thread(work), 5)
    except TimeoutError:
        return "done"
