import asyncio

import httpx
from langchain_classic.callbacks import AsyncIteratorCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough

prompt = ChatPromptTemplate.from_template("You sell bread. In stock: {stock}. Answer: {question}")


async def stock(_) -> str:
    async with httpx.AsyncClient(timeout=5) as client:
        response = await client.get("http://shop.internal/stock")
    return response.raise_for_status().text


async def answer(model: BaseChatModel, question: str):
    chain = {"stock": stock, "question": RunnablePassthrough()} | prompt | model
    handler = AsyncIteratorCallbackHandler()
    task = asyncio.create_task(chain.ainvoke(question, {"callbacks": [handler]}))  # stuck
    async with asyncio.timeout(30):
        async for token in handler.aiter():
            yield token
    await task
