import asyncio
import threading

import stack_dump
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Plan the route of parcel {parcel}.")
chain = prompt | ChatOpenAI(model="gpt-4o-mini")


def plan_in_thread(parcel: str) -> None:
    chain.invoke({"parcel": parcel})


async def plan(parcel: str) -> None:
    await chain.ainvoke({"parcel": parcel})


stack_dump.install()
threading.Thread(target=plan_in_thread, args=["A-17"], name="planner").start()
asyncio.run(plan("B-29"))
