import asyncio

from langchain.agents import create_agent
from langchain_core.messages import trim_messages


def build(model, tools, checkpointer):
    return create_agent(model, tools, checkpointer=checkpointer)


async def with_timeout(agent, message, config):
    async with asyncio.timeout(30):  # alarm
        return await agent.ainvoke(message, config)


async def with_wait_for(agent, message, config):
    return await asyncio.wait_for(agent.ainvoke(message, config=config), timeout=30)  # alarm


async def streamed(agent, message, thread):
    async with asyncio.timeout(30):  # alarm
        async for token in agent.astream(message, {"configurable": {"thread_id": thread}}):
            yield token


def last_five(messages):
    return trim_messages(messages, max_tokens=5, token_counter=len, strategy="last", include_system=True)  # alarm


def recent(messages, model):
    return trim_messages(  # alarm
        messages,
        max_tokens=4000,
        token_counter=model,
    )


async def without_thread(chain, question):
    async with asyncio.timeout(30):  # fine
        return await chain.ainvoke({"question": question})


async def without_deadline(agent, message, config):
    return await agent.ainvoke(message, config)  # fine


async def other_work(queue, config):
    async with asyncio.timeout(30):  # fine
        return await queue.get(config)


def whole_turns(messages):
    return trim_messages(messages, max_tokens=5, token_counter=len, start_on="human")  # fine


def first_five(messages):
    return trim_messages(messages, max_tokens=5, token_counter=len, strategy="first")  # fine


def by_settings(messages, settings):
    return trim_messages(messages, **settings)  # fine
