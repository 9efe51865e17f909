import asyncio
import threading


async def main():
    return await asyncio.to_thread(threading.Event().wait)  # stuck
