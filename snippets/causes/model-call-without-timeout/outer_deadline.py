import asyncio

from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Summarise this damage report: {report}")
model = ChatOpenAI(model="gpt-4o-mini", timeout=20, max_retries=1)
chain = prompt | model


async def summarise(report: str) -> str:
    try:
        async with asyncio.timeout(30):
            reply = await chain.ainvoke({"report": report})
    except TimeoutError:
        return "no summary yet"
    return reply.text
