import asyncio
from collections.abc import Coroutine
from typing import Any

from langchain_core.language_models import BaseChatModel
from langgraph.graph import START, StateGraph


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine from synchronous code."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    return asyncio.run_coroutine_threadsafe(coroutine, loop).result()  # stuck


async def answer(model: BaseChatModel, question: str) -> str:
    async def advise(state: dict) -> dict:
        return {"advice": run(model.ainvoke(state["question"])).text}

    graph = StateGraph(dict).add_node("advise", advise).add_edge(START, "advise").compile()
    return (await graph.ainvoke({"question": question}))["advice"]
