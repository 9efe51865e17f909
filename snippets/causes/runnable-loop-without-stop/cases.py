import asyncio
import time

from langchain_core.runnables import Runnable


def until_approved(chain: Runnable, text: str):
    while True:  # alarm
        verdict = chain.invoke(text)
        if verdict == "APPROVED":
            return text
        text += "."


def until_done(chain, state):
    while not state["done"]:  # alarm
        state = chain.invoke(state)
    return state


async def until_valid(chain, question, parser):
    while True:  # alarm
        reply = await chain.ainvoke(question)
        try:
            return parser.parse(reply.text)
        except ValueError:
            continue


def until_it_works(chain, question):
    while True:  # alarm
        try:
            return chain.invoke(question)
        except Exception:
            time.sleep(1)


def while_unsure(chain, question):
    answer = chain.invoke(question)
    while answer.text.startswith("I am not sure"):  # alarm
        answer = chain.invoke(question)
    return answer


async def for_ever(graph, state):
    while 1:  # alarm
        state = await graph.ainvoke(state)


def a_few_times(chain, text):
    for _ in range(5):  # fine
        if chain.invoke(text) == "APPROVED":
            return text
    raise RuntimeError("not approved after 5 rounds")


def counted(chain, text):
    attempts = 0
    while True:  # fine
        attempts += 1
        if chain.invoke(text) == "APPROVED" or attempts == 5:
            return text


def counted_in_condition(chain, text, attempts=0):
    while attempts < 5:  # fine
        text = chain.invoke(text)
        attempts += 1
    return text


def chat(chain):
    while True:  # fine
        question = input("> ")
        if question == "quit":
            break
        print(chain.invoke(question))


async def serve(websocket, chain):
    while True:  # fine
        question = await websocket.receive_text()
        await websocket.send_text(await chain.ainvoke(question))


def work(jobs, chain):
    while True:  # fine
        job = jobs.get()
        job.reply = chain.invoke(job.question)


def drain(jobs, chain):
    while jobs:  # fine
        chain.invoke(jobs.pop())


def with_deadline(chain, text):
    end = time.monotonic() + 60
    while time.monotonic() < end:  # fine
        text = chain.invoke(text)
    return text


async def with_timeout(chain, state):
    async with asyncio.timeout(60):
        while not state["done"]:  # fine
            state = await chain.ainvoke(state)
    return state


def poll(job):
    while not job.done():  # fine
        time.sleep(1)
