from operator import add
from typing import Annotated, TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command, interrupt


class Refund(TypedDict, total=False):
    euros: int
    receipt: Annotated[list[str], add]


def pay(refund: Refund) -> Refund:
    return {"receipt": [f"pay: {interrupt('Pay it back?')}"]}


def cancel(refund: Refund) -> Refund:
    return {"receipt": [f"cancel: {interrupt('Cancel the booking?')}"]}


builder = StateGraph(Refund)
builder.add_node(pay)
builder.add_node(cancel)
builder.add_edge(START, "pay")
builder.add_edge(START, "cancel")
graph = builder.compile(InMemorySaver())


def ask(booking: str, euros: int) -> str:
    result = graph.invoke({"euros": euros}, {"configurable": {"thread_id": booking}})
    return " ".join(sorted(question.value for question in result["__interrupt__"]))


def decide(booking: str, said: str) -> str:
    thread = {"configurable": {"thread_id": booking}}
    answers = {question.id: said for question in graph.get_state(thread).interrupts}
    result = graph.invoke(Command(resume=answers), thread)
    return ", ".join(result["receipt"])
