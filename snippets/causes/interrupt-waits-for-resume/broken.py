from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt


class Refund(TypedDict, total=False):
    euros: int
    said: str
    receipt: str


def pay(refund: Refund) -> Refund:
    said = interrupt(f"Pay {refund['euros']} euros back?")  # stuck
    receipt = f"{refund['euros']} euros paid back" if said == "yes" else "refused"
    return {"said": said, "receipt": receipt}


builder = StateGraph(Refund)
builder.add_node(pay)
builder.add_edge(START, "pay")
graph = builder.compile(InMemorySaver())


def ask(booking: str, euros: int) -> str:
    result = graph.invoke({"euros": euros}, {"configurable": {"thread_id": booking}})
    return result.get("receipt", "")


def decide(booking: str, said: str) -> str:
    result = graph.invoke({"said": said}, {"configurable": {"thread_id": booking}})
    return result.get("receipt", "")
