import asyncio

from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Translate this menu into French: {menu}")
model = ChatOpenAI(model="gpt-4o-mini", timeout=20)
chain = prompt | model


async def translate(menu: str) -> str:
    try:
        async with asyncio.timeout(30):
            reply = await chain.ainvoke({"menu": menu})
    except TimeoutError:
        return "no translation yet"
    return reply.text
