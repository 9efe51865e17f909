from typing import TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import Command


class Plan(TypedDict):
    draft: str
    score: int


def main(llm):
    def draft(state) -> Command:
        return Command(update={"draft": llm.invoke("Plan a trip").content}, goto="judge")

    def judge(state) -> Command:
        score = len(llm.invoke(f"Judge {state['draft']}").content)
        return Command(update={"score": score}, goto="__end__" if score > 1000 else "draft")

    g = StateGraph(Plan)
    g.add_node(draft)
    g.add_node(judge)
    g.add_edge(START, "draft")
    app = g.compile()
    return [step for step in app.stream({"draft": "", "score": 0})]
