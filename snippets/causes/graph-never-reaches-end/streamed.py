from typing import TypedDict

from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph

write = ChatPromptTemplate.from_template("Write a recipe for {dish}. Remarks on the last version: {remarks}")
review = ChatPromptTemplate.from_template("Answer OK, or say what to change in this recipe: {text}")


class Recipe(TypedDict):
    dish: str
    text: str
    remarks: str


def ready(recipe: Recipe) -> str:
    return END if recipe["remarks"] == "OK" else "write"  # cause


async def cook(model: BaseChatModel, dish: str) -> str:
    graph = StateGraph(Recipe)
    graph.add_node("write", write | model | (lambda message: {"text": message.text}))
    graph.add_node("review", review | model | (lambda message: {"remarks": message.text}))
    graph.add_edge(START, "write")
    graph.add_edge("write", "review")
    graph.add_conditional_edges("review", ready)
    async with AsyncSqliteSaver.from_conn_string("recipes.db") as checkpointer:
        kitchen = graph.compile(checkpointer)
        config = {"configurable": {"thread_id": dish}}
        async for step in kitchen.astream({"dish": dish, "remarks": "none"}, config, stream_mode="values"):  # stuck
            recipe = step
    return recipe["text"]
