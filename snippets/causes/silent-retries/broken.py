import logging

from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")

prompt = ChatPromptTemplate.from_template("Translate this menu into French: {menu}")
model = ChatOpenAI(model="gpt-4o-mini", timeout=20)  # cause
chain = prompt | model


async def translate(menu: str) -> str:
    reply = await chain.ainvoke({"menu": menu})  # stuck
    return reply.text
