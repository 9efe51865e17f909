import asyncio
import threading


async def main():
    lock = threading.Lock()
    lock.acquire()
    threading.Timer(3, lock.release).start()
    other = asyncio.create_task(asyncio.sleep(0))
    lock.acquire()  # stuck
    await other
    return "done"
