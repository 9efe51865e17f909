import asyncio

from langchain_openai import ChatOpenAI


def summarize(text):
    return ChatOpenAI(model="gpt-4o").invoke(text).content


async def main():
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(10):
            return await loop.run_in_executor(None, summarize, "a long text")
    except TimeoutError:
        return "later"
