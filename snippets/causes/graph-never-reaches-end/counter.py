from typing import TypedDict

from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph


class Recipe(TypedDict):
    dish: str
    text: str
    remarks: str
    rounds: int


def ready(recipe: Recipe) -> str:
    return END if recipe["remarks"] == "OK" or recipe["rounds"] >= 3 else "write"


def build_kitchen(model: BaseChatModel, checkpointer: BaseCheckpointSaver) -> CompiledStateGraph:
    def write(recipe: Recipe) -> dict:
        prompt = f"Write a recipe for {recipe['dish']}. Remarks on the last version: {recipe['remarks']}"
        return {"text": model.invoke(prompt).text, "rounds": recipe["rounds"] + 1}

    def review(recipe: Recipe) -> dict:
        prompt = f"Answer OK, or say what to change in this recipe: {recipe['text']}"
        return {"remarks": model.invoke(prompt).text}

    graph = StateGraph(Recipe)
    graph.add_node(write)
    graph.add_node(review)
    graph.add_edge(START, "write")
    graph.add_edge("write", "review")
    graph.add_conditional_edges("review", ready)
    return graph.compile(checkpointer)


def cook(kitchen: CompiledStateGraph, dish: str) -> str:
    config = {"configurable": {"thread_id": dish}}
    recipe = kitchen.invoke({"dish": dish, "remarks": "none", "rounds": 0}, config)
    return f"{recipe['text']} Remarks: {recipe['remarks']}"
