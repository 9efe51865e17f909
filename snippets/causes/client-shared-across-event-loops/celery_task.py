import asyncio

from celery import Celery
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

app = Celery("reviews")
prompt = ChatPromptTemplate.from_template("Sum up this hotel review in three words: {review}")
chain = prompt | ChatOpenAI(model="gpt-4o-mini", timeout=20)


@app.task
def sum_up(review: str) -> str:
    reply = asyncio.run(chain.ainvoke({"review": review}))
    return reply.text
