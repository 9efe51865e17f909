import asyncio


class Saved:
    def __await__(self):
        self.future = asyncio.get_running_loop().create_future()
        return self.future.__await__()


async def save():
    await Saved()


async def main():
    asyncio.create_task(save())  # stuck
    await asyncio.sleep(1)
    return "done"
