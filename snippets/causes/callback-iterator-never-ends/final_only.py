import asyncio

from langchain.agents import create_agent
from langchain_classic.callbacks.streaming_aiter_final_only import AsyncFinalIteratorCallbackHandler
from langchain_core.language_models import BaseChatModel


async def answer(model: BaseChatModel, question: str):
    agent = create_agent(model, system_prompt="You sell bread.")
    handler = AsyncFinalIteratorCallbackHandler()
    question = {"messages": [("user", question)]}
    task = asyncio.create_task(agent.ainvoke(question, {"callbacks": [handler]}))
    async for token in handler.aiter():  # stuck
        yield token
    await task
