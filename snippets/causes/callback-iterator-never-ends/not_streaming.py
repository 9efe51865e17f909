import asyncio

from langchain_classic.callbacks import AsyncIteratorCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("You sell bread. Answer: {question}")


async def answer(model: BaseChatModel, question: str):
    chain = prompt | model
    handler = AsyncIteratorCallbackHandler()
    task = asyncio.create_task(chain.ainvoke({"question": question}, {"callbacks": [handler]}))
    async for token in handler.aiter():
        yield token
    await task
