from collections.abc import AsyncIterator

from langchain_anthropic import ChatAnthropic
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("Write the weather report for {place}.")
model = ChatAnthropic(model="claude-sonnet-4-5")
chain = prompt | model


async def report(place: str) -> AsyncIterator[str]:
    async for chunk in chain.astream({"place": place}):  # stuck
        yield chunk.text
