import asyncio

from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Sum up this hotel review in three words: {review}")
chain = prompt | ChatOpenAI(model="gpt-4o-mini", timeout=20)
runner = asyncio.Runner()


def sum_up(review: str) -> str:
    reply = runner.run(chain.ainvoke({"review": review}))
    return reply.text
