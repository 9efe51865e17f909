import logging

from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
logging.getLogger("openai").setLevel(logging.INFO)

prompt = ChatPromptTemplate.from_template("Translate this menu into French: {menu}")
model = ChatOpenAI(model="gpt-4o-mini", timeout=20, max_retries=0)
backup = ChatOpenAI(model="gpt-4o", timeout=20, max_retries=1)
chain = prompt | model.with_fallbacks([backup])


async def translate(menu: str) -> str:
    reply = await chain.ainvoke({"menu": menu})
    return reply.text
