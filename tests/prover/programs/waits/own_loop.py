import asyncio


async def ask():
    return "done"


async def main():
    loop = asyncio.get_running_loop()
    return asyncio.run_coroutine_threadsafe(ask(), loop).result()  # stuck
