import asyncio
import subprocess
import time

import httpx
import requests
from fastapi.concurrency import run_in_threadpool


async def answer(chain, question):
    return chain.invoke({"question": question})  # alarm


async def answers(chain, questions):
    results = chain.batch(questions, config={"max_concurrency": 4})  # alarm
    return [result.text for result in results]


async def tokens(chain, question):
    for chunk in chain.stream(question):  # alarm
        yield chunk


async def joined(chain, question):
    return "".join(chunk.text for chunk in chain.stream(question))  # alarm


async def state_of(graph, config):
    return graph.get_state(config).values  # alarm


async def remember(vectors, text):
    return vectors.embed_query(text)  # alarm


async def page(url):
    return requests.get(url, timeout=5).text  # alarm


async def report(url):
    with httpx.Client(timeout=5) as client:
        return client.get(url).text  # alarm


async def patient(job):
    while not job.done:
        time.sleep(1)  # alarm


async def convert(path):
    subprocess.run(["pandoc", path], timeout=60, check=True)  # alarm


async def awaited(chain, question):
    return await chain.ainvoke({"question": question})  # fine


async def in_thread(chain, question):
    return await asyncio.to_thread(chain.invoke, {"question": question})  # fine


async def lambda_in_thread(chain, question):
    return await asyncio.to_thread(lambda: chain.invoke({"question": question}))  # fine


async def function_in_thread(chain, question):
    def ask():
        return chain.invoke({"question": question})  # fine

    return await run_in_threadpool(ask)


def synchronous(chain, question):
    return chain.invoke({"question": question})  # fine


async def other_library(agent, message):
    return await agent.invoke(message)  # fine


async def other_task(agent, message):
    return await asyncio.wait_for(agent.invoke(message), timeout=5)  # fine


async def other_coroutine(agent, message):
    running = agent.invoke(message)  # fine
    return await running


async def other_stream(agent, message):
    async for event in agent.stream(message):  # fine
        print(event)


async def http_stream(client: httpx.AsyncClient, url):
    async with client.stream("GET", url) as response:  # fine
        return await response.aread()


async def handed_on(streaming_response, chain, question):
    return streaming_response(chain.stream(question))  # fine


async def write(table):
    batch = table.batch()  # fine
    await batch.commit()
