import asyncio

from langchain_core.runnables import RunnableLambda


class Retriever:
    def __init__(self, loop, llm):
        self.loop, self.llm = loop, llm

    def get(self, query):
        job = asyncio.run_coroutine_threadsafe(self.llm.ainvoke(query), self.loop)
        return job.result().content


async def main(llm):
    retriever = Retriever(asyncio.get_event_loop(), llm)

    async def step(query):
        return retriever.get(query)

    return await RunnableLambda(step).ainvoke("tides")
