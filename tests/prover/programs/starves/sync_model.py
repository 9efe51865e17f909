import asyncio


async def ask(slow):
    return slow.invoke("?").text  # stuck


async def main(slow):
    answers = await asyncio.gather(ask(slow), ask(slow))
    return answers[0]
