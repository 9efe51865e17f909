import asyncio
import logging

import httpx
from langchain_classic.callbacks import AsyncIteratorCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough

log = logging.getLogger(__name__)
prompt = ChatPromptTemplate.from_template("You sell bread. In stock: {stock}. Answer: {question}")


async def stock(_) -> str:
    async with httpx.AsyncClient(timeout=5) as client:
        response = await client.get("http://shop.internal/stock")
    return response.raise_for_status().text


async def run(chain, question: str, handler: AsyncIteratorCallbackHandler) -> None:
    try:
        await chain.ainvoke(question, {"callbacks": [handler]})
    except Exception:
        log.exception("no answer")


async def answer(model: BaseChatModel, question: str):
    chain = {"stock": stock, "question": RunnablePassthrough()} | prompt | model
    handler = AsyncIteratorCallbackHandler()
    task = asyncio.create_task(run(chain, question, handler))
    async for token in handler.aiter():  # stuck
        yield token
    await task
