import asyncio

from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Sum up this hotel review in three words: {review}")
chain = prompt | ChatOpenAI(model="gpt-4o-mini", timeout=20)


def sum_up(review: str) -> str:
    loop = asyncio.new_event_loop()
    try:
        reply = loop.run_until_complete(chain.ainvoke({"review": review}))  # stuck
    finally:
        loop.close()
    return reply.text
