import asyncio
from concurrent.futures import ThreadPoolExecutor

from langchain_core.tools import tool


@tool
def report(topic: str) -> str:
    """Write a report."""
    return topic.upper()


@tool
async def quick_report(topic: str) -> str:
    """Write a report."""
    return topic.upper()


@tool
def bounded_report(topic: str) -> str:
    """Write a report."""
    return fetch(topic, timeout=5)


async def plain_tool(topic):
    return await asyncio.wait_for(report.ainvoke({"topic": topic}), timeout=10)  # alarm


async def thread(chain, topic):
    return await asyncio.wait_for(asyncio.to_thread(chain.invoke, topic), 10)  # alarm


async def executor(loop, chain, topic):
    return await asyncio.wait_for(loop.run_in_executor(None, chain.invoke, topic), 10)  # alarm


async def thread_in_timeout(chain, topic):
    async with asyncio.timeout(10):
        reply = await asyncio.to_thread(chain.invoke, topic)  # alarm
    return reply


def pool(chain, topic):
    with ThreadPoolExecutor(max_workers=1) as threads:
        return threads.submit(chain.invoke, topic).result(timeout=10)  # alarm


async def waited(task):
    done, _ = await asyncio.wait([task], timeout=10)  # alarm
    return done


async def async_tool(topic):
    return await asyncio.wait_for(quick_report.ainvoke({"topic": topic}), timeout=10)  # fine


async def bounded_tool(topic):
    return await asyncio.wait_for(bounded_report.ainvoke({"topic": topic}), timeout=10)  # fine


async def bounded_thread(topic):
    return await asyncio.wait_for(asyncio.to_thread(fetch, topic, timeout=5), 10)  # fine


async def chain_awaited(chain, topic):
    async with asyncio.timeout(10):
        return await chain.ainvoke(topic)  # fine


async def thread_without_deadline(chain, topic):
    return await asyncio.to_thread(chain.invoke, topic)  # fine


async def cancelled(task):
    _, pending = await asyncio.wait([task], timeout=10)  # fine
    for late in pending:
        late.cancel()


async def asked_later(tasks):
    done, pending = await asyncio.wait(tasks, timeout=10)  # fine
    return done, pending


async def grace(tasks):
    await asyncio.wait(tasks, timeout=3)  # fine


async def waited_without_deadline(tasks):
    return await asyncio.wait(tasks)  # fine


def all_of_them(chain, topics):
    with ThreadPoolExecutor() as threads:
        return [future.result() for future in [threads.submit(chain.invoke, topic) for topic in topics]]  # fine


def fetch(topic, timeout):
    return f"{topic} within {timeout}"
