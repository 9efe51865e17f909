import asyncio

from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("Shorten this headline to at most 60 characters: {headline}")


def fits(title: str) -> bool:
    return len(title) <= 60


async def shorten(model: BaseChatModel, headline: str) -> str:
    chain = prompt | model | StrOutputParser()
    shorter = headline
    for _ in range(5):
        shorter = await chain.ainvoke({"headline": shorter})
        if fits(shorter):
            return shorter
    raise ValueError("too long after 5 attempts")


async def publish(model: BaseChatModel, headline: str) -> str:
    title = await asyncio.wait_for(shorten(model, headline), 60)
    return f"<h1>{title}</h1>"
