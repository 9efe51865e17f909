import asyncio

from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda

prompt = ChatPromptTemplate.from_template("Shorten this headline to at most 60 characters: {headline}")


async def publish(model: BaseChatModel, headline: str) -> str:
    chain = prompt | model | StrOutputParser()

    async def in_time(request: dict[str, str]) -> str:
        async with asyncio.timeout(20):
            return await chain.ainvoke(request)

    attempts = RunnableLambda(in_time).with_retry(stop_after_attempt=3)
    try:
        async with asyncio.timeout(120):
            title = await attempts.ainvoke({"headline": headline})
    except TimeoutError:
        return f"<h1>{headline}</h1>"
    return f"<h1>{title}</h1>"
