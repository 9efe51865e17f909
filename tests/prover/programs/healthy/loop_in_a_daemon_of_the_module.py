import asyncio
import threading

loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()


async def answer():
    return "done"


def main():
    return asyncio.run_coroutine_threadsafe(answer(), loop).result()
