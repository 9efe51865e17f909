import asyncio
import threading

from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Sum up this hotel review in three words: {review}")
chain = prompt | ChatOpenAI(model="gpt-4o-mini", timeout=20)
loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()


def sum_up(review: str) -> str:
    reply = asyncio.run_coroutine_threadsafe(chain.ainvoke({"review": review}), loop)
    return reply.result(timeout=30).text
