import asyncio


def save():
    raise ConnectionError("the database is away")


async def main():
    try:
        await asyncio.to_thread(save)
    except ConnectionError:
        return "done"
