import asyncio

import httpx
from langchain_core.callbacks import AsyncCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough

prompt = ChatPromptTemplate.from_template("You sell bread. In stock: {stock}. Answer: {question}")


class Tokens(AsyncCallbackHandler):
    def __init__(self):
        self.queue = asyncio.Queue()

    async def on_llm_new_token(self, token, **kwargs):
        self.queue.put_nowait(token)

    async def on_llm_end(self, response, **kwargs):
        self.queue.put_nowait(None)


async def stock(_) -> str:
    async with httpx.AsyncClient(timeout=5) as client:
        response = await client.get("http://shop.internal/stock")
    return response.raise_for_status().text


async def answer(model: BaseChatModel, question: str):
    chain = {"stock": stock, "question": RunnablePassthrough()} | prompt | model
    tokens = Tokens()
    task = asyncio.create_task(chain.ainvoke(question, {"callbacks": [tokens]}))
    while (token := await tokens.queue.get()) is not None:  # stuck
        yield token
    await task
