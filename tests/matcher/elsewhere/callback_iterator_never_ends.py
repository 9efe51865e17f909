import asyncio

from langchain_classic.callbacks import AsyncIteratorCallbackHandler


class TokenSource:
    def __init__(self, llm):
        self.llm = llm

    def retrieve(self, query):
        raise LookupError("index is being rebuilt")

    async def run(self, query, cb):
        docs = self.retrieve(query)
        await self.llm.ainvoke(f"{docs}: {query}", config={"callbacks": [cb]})

    async def tokens(self, query):
        cb = AsyncIteratorCallbackHandler()
        producer = asyncio.ensure_future(self.run(query, cb))
        async for piece in cb.aiter():
            yield f"data: {piece}\n\n"
        producer.result()


async def main(llm):
    return [event async for event in TokenSource(llm).tokens("opening hours")]
