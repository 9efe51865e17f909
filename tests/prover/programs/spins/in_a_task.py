import asyncio


async def main():
    done = False
    while not done:  # stuck
        await asyncio.sleep(0)
    return "done"
