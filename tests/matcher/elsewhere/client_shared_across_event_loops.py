import asyncio

from langchain_openai import ChatOpenAI

LLM = ChatOpenAI(model="gpt-4o", temperature=0, max_retries=1)


def handle(job):
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(LLM.ainvoke([("human", job)])).content
    finally:
        loop.close()


def main():
    return [handle("first"), handle("second"), handle("third")]
