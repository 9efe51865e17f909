from collections.abc import AsyncIterator

from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Write the weather report for {place}.")
model = ChatOpenAI(model="gpt-4o-mini", timeout=20, stream_chunk_timeout=20)
chain = prompt | model


async def report(place: str) -> AsyncIterator[str]:
    async for chunk in chain.astream({"place": place}):  # stuck
        yield chunk.text
