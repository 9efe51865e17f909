import asyncio

kept = []


async def main():
    kept.append(asyncio.sleep(1))  # stuck
    return "done"
