from typing import TypedDict

from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

write = ChatPromptTemplate.from_template("Write a recipe for {dish}. Remarks on the last version: {remarks}")
review = ChatPromptTemplate.from_template("Answer OK, or say what to change in this recipe: {text}")


class Recipe(TypedDict):
    dish: str
    text: str
    remarks: str


def ready(recipe: Recipe) -> str:
    return END if recipe["remarks"] == "OK" else "write"  # cause


def build_kitchen(model: BaseChatModel, checkpointer: BaseCheckpointSaver) -> CompiledStateGraph:
    graph = StateGraph(Recipe)
    graph.add_node("write", write | model | (lambda message: {"text": message.text}))
    graph.add_node("review", review | model | (lambda message: {"remarks": message.text}))
    graph.add_edge(START, "write")
    graph.add_edge("write", "review")
    graph.add_conditional_edges("review", ready)
    return graph.compile(checkpointer)


def cook(kitchen: CompiledStateGraph, dish: str) -> str:
    config = {"configurable": {"thread_id": dish}}
    recipe = kitchen.invoke({"dish": dish, "remarks": "none"}, config)  # stuck
    return f"{recipe['text']} Remarks: {recipe['remarks']}"
