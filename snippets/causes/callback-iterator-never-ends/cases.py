import asyncio

import httpx
from langchain_classic.callbacks import AsyncIteratorCallbackHandler
from langchain_classic.callbacks.streaming_aiter_final_only import AsyncFinalIteratorCallbackHandler


async def sse(chain, text):
    callback = AsyncIteratorCallbackHandler()
    asyncio.create_task(chain.acall(text, callbacks=[callback]))
    async for token in callback.aiter():  # alarm
        yield f"data: {token}\n\n"


async def agent(executor, text):
    final = AsyncFinalIteratorCallbackHandler()
    running = asyncio.create_task(executor.ainvoke({"input": text}, {"callbacks": [final]}))
    async for token in final.aiter():  # alarm
        yield token
    await running


class Chat:
    def __init__(self, llm):
        self.handler = AsyncIteratorCallbackHandler()
        self.llm = llm

    async def tokens(self, text):
        self.running = asyncio.create_task(self.llm.ainvoke(text, {"callbacks": [self.handler]}))
        async for token in self.handler.aiter():  # alarm
            yield token


async def whole(chain, text):
    handler = AsyncIteratorCallbackHandler()
    asyncio.ensure_future(chain.ainvoke(text, {"callbacks": [handler]}))
    return "".join([token async for token in handler.aiter()])  # alarm


async def socket(websocket, chain):
    handler = AsyncIteratorCallbackHandler()
    async with asyncio.TaskGroup() as group:
        group.create_task(chain.ainvoke(await websocket.receive_text(), {"callbacks": [handler]}))
        async for token in handler.aiter():  # alarm
            await websocket.send_text(token)


async def ended_with_task(chain, text):
    handler = AsyncIteratorCallbackHandler()
    running = asyncio.create_task(chain.ainvoke(text, {"callbacks": [handler]}))
    running.add_done_callback(lambda _: handler.done.set())
    async for token in handler.aiter():  # fine
        yield token


async def wrapped(chain, text):
    handler = AsyncIteratorCallbackHandler()

    async def run():
        try:
            await chain.ainvoke(text, {"callbacks": [handler]})
        finally:
            handler.done.set()

    asyncio.create_task(run())
    async for token in handler.aiter():  # fine
        yield token


async def passed_on(chain, text, until):
    handler = AsyncIteratorCallbackHandler()
    asyncio.create_task(until(chain.ainvoke(text, {"callbacks": [handler]}), handler.done))
    async for token in handler.aiter():  # fine
        yield token


async def streamed(chain, text):
    async for chunk in chain.astream(text):  # fine
        yield chunk


async def lines(url):
    async with httpx.AsyncClient(timeout=5) as client, client.stream("GET", url) as response:
        async for line in response.aiter_lines():  # fine
            yield line


def read(handler):
    return handler.aiter()  # fine
