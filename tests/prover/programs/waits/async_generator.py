import asyncio


async def tokens():
    yield "do"
    await asyncio.Event().wait()  # stuck
    yield "ne"


async def main():
    return "".join([token async for token in tokens()])
