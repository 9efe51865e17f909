import asyncio


def save():
    raise ConnectionError("the database is away")  # stuck


async def main():
    await asyncio.to_thread(save)
    return "done"
