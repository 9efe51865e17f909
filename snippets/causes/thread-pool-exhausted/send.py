from operator import add
from typing import Annotated, TypedDict

import requests
from langgraph.graph import START, StateGraph
from langgraph.types import Send


class State(TypedDict):
    titles: list[str]
    shelves: Annotated[list[str], add]


def find_shelf(title: str) -> dict[str, list[str]]:
    reply = requests.get("http://catalogue.internal/books", params={"title": title}, timeout=20)  # stuck
    return {"shelves": [reply.text]}


def shelves(titles: list[str]) -> list[str]:
    graph = StateGraph(State).add_node("find_shelf", find_shelf)
    graph.add_conditional_edges(START, lambda state: [Send("find_shelf", title) for title in state["titles"]])
    return graph.compile().invoke({"titles": titles})["shelves"]
