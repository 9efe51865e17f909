import asyncio
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor()


async def run_in_run(chain, question):
    return asyncio.run(chain.ainvoke(question))  # alarm


async def until_complete(chain, question):
    loop = asyncio.get_event_loop()
    return loop.run_until_complete(chain.ainvoke(question))  # alarm


async def until_complete_at_once(chain, question):
    return asyncio.get_event_loop().run_until_complete(chain.ainvoke(question))  # alarm


async def result(chain, question, loop):
    return asyncio.run_coroutine_threadsafe(chain.ainvoke(question), loop).result()  # alarm


async def result_later(chain, question):
    future = asyncio.run_coroutine_threadsafe(chain.ainvoke(question), asyncio.get_running_loop())
    print("asking")
    return future.result(timeout=30)  # alarm


async def in_another_thread(chain, question):
    return pool.submit(asyncio.run, chain.ainvoke(question)).result()  # alarm


def helper(coroutine):
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)  # fine
    return asyncio.run_coroutine_threadsafe(coroutine, loop).result()  # alarm


def short_helper(coroutine):
    return asyncio.run_coroutine_threadsafe(coroutine, asyncio.get_running_loop()).result()  # alarm


async def awaited(chain, question):
    return await chain.ainvoke(question)  # fine


async def wrapped(chain, question, other_loop):
    future = asyncio.run_coroutine_threadsafe(chain.ainvoke(question), other_loop)
    await asyncio.wrap_future(future)
    return future.result()  # fine


async def finished_task(chain, question):
    task = asyncio.create_task(chain.ainvoke(question))
    await asyncio.wait([task])
    return task.result()  # fine


async def with_a_thread(chain, question):
    loop = asyncio.get_running_loop()

    def ask():
        return asyncio.run_coroutine_threadsafe(chain.ainvoke(question), loop).result()  # fine

    return await asyncio.to_thread(ask)


async def run_in_thread(chain, question):
    return await asyncio.to_thread(lambda: asyncio.run(chain.ainvoke(question)))  # fine


def from_a_thread(chain, question, loop):
    return asyncio.run_coroutine_threadsafe(chain.ainvoke(question), loop).result(timeout=30)  # fine


def main(chain):
    print(asyncio.run(chain.ainvoke("Where to?")))  # fine
