import asyncio

from langchain_openai import ChatOpenAI
from langgraph.graph import START, MessagesState, StateGraph


async def main():
    llm = ChatOpenAI(model="gpt-4o")

    async def reply(state):
        return {"messages": [llm.invoke(state["messages"])]}

    g = StateGraph(MessagesState)
    g.add_node("reply", reply)
    g.add_edge(START, "reply")
    heartbeat = asyncio.create_task(asyncio.sleep(1))
    out = await g.compile().ainvoke({"messages": "hi"})
    await heartbeat
    return out["messages"][-1].content
