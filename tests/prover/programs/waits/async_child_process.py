import asyncio


async def main():
    tool = await asyncio.create_subprocess_exec("cat", stdin=asyncio.subprocess.PIPE)
    await tool.wait()  # stuck
    return "done"
