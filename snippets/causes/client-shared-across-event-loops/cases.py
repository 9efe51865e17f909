import asyncio
import os

from celery import Celery, shared_task
from flask import Flask
from langchain.agents import create_agent
from langchain_core.tools import tool

app, site = Celery(), Flask(__name__)
agent = create_agent("openai:gpt-4o-mini", [])


async def answer(question):
    return await agent.ainvoke(question)


def job(question):
    return asyncio.run(agent.ainvoke(question))  # alarm


def nightly(questions):
    for question in questions:
        print(asyncio.run(agent.ainvoke(question)))  # alarm


@app.task(bind=True)
def queued(self, question):
    return asyncio.run(answer(question))  # alarm


@shared_task
def shared(question):
    result = asyncio.run(answer(question))  # alarm
    return result


@site.route("/ask")
def ask():
    return asyncio.run(answer("Where to?"))  # alarm


@tool
def other_agent(question: str) -> str:
    """Ask the other agent."""
    return asyncio.run(answer(question))  # alarm


class Service:
    def __init__(self, chain):
        self.chain = chain

    def run(self, question):
        return asyncio.run(self.chain.ainvoke(question))  # alarm

    def run_one(self, question):
        return self.runner.run(self.chain.ainvoke(question))  # fine


def main():
    print(asyncio.run(agent.ainvoke("Where to?")))  # fine


def test_answer():
    assert asyncio.run(agent.ainvoke("Where to?"))  # fine


def given(chain, question):
    return asyncio.run(chain.ainvoke(question))  # fine


def in_order(questions):
    with asyncio.Runner() as runner:
        return [runner.run(agent.ainvoke(question)) for question in questions]  # fine


@site.route("/nested")
async def nested():
    return asyncio.run(answer("Where to?"))  # fine


@app.task
def called(question):
    return agent.invoke(question)  # fine


def elsewhere(loop, question):
    return asyncio.run_coroutine_threadsafe(agent.ainvoke(question), loop).result(30)  # fine


def clean_up(folder):
    asyncio.run(asyncio.to_thread(os.remove, folder))  # fine


if __name__ == "__main__":
    asyncio.run(agent.ainvoke("Where to?"))  # fine
