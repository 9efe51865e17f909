import asyncio


async def main():
    done = False
    while not done:
        await asyncio.sleep(0.1)  # stuck
    return "done"
