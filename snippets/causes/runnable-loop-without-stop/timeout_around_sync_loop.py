import asyncio

from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("Shorten this headline to at most 60 characters: {headline}")


def fits(title: str) -> bool:
    return len(title) <= 60


async def publish(model: BaseChatModel, headline: str) -> str:
    chain = prompt | model | StrOutputParser()
    shorter = headline
    async with asyncio.timeout(60):
        while not fits(shorter):
            shorter = chain.invoke({"headline": shorter})  # stuck
    return f"<h1>{shorter}</h1>"
