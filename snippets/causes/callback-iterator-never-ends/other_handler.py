import asyncio

from langchain_classic.callbacks import AsyncIteratorCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("You sell bread. Answer: {question}")


def build_chain(model: BaseChatModel):
    return (prompt | model).with_config(callbacks=[AsyncIteratorCallbackHandler()])


async def answer(model: BaseChatModel, question: str):
    handler = AsyncIteratorCallbackHandler()
    task = asyncio.create_task(build_chain(model).ainvoke({"question": question}))
    async for token in handler.aiter():  # stuck
        yield token
    await task
