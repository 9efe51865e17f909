from typing import TypedDict

from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command

write = ChatPromptTemplate.from_template("Write a recipe for {dish}.")


class Recipe(TypedDict):
    dish: str
    text: str


def check(recipe: Recipe) -> Command:
    return Command(goto=END if len(recipe["text"]) < 500 else "write")


def build_kitchen(model: BaseChatModel, checkpointer: BaseCheckpointSaver) -> CompiledStateGraph:
    graph = StateGraph(Recipe)
    graph.add_node("write", write | model | (lambda message: {"text": message.text}))
    graph.add_node(check)
    graph.add_edge(START, "write")
    graph.add_edge("write", "check")
    graph.add_edge("check", "write")  # cause
    return graph.compile(checkpointer)


def cook(kitchen: CompiledStateGraph, dish: str) -> str:
    config = {"configurable": {"thread_id": dish}}
    recipe = kitchen.invoke({"dish": dish}, config)  # stuck
    return recipe["text"]
