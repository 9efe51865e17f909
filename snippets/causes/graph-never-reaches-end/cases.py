from typing import Literal

from langchain.agents.middleware import AgentMiddleware, after_agent, after_model
from langgraph.graph import END, START, StateGraph


def by_flag(state):
    return END if state.get("approved") else "draft"  # alarm


def by_text(state) -> Literal["fetch", "__end__"]:
    if "FINAL ANSWER" in state["messages"][-1].content:
        return "__end__"
    return "fetch"  # alarm


def by_branches(state):
    if state["grade"] == "good":
        return END
    else:
        return "rewrite"  # alarm


def other_way_round(state):
    return "translate" if state["doubts"] else END  # alarm


def by_count(state):
    return END if state["done"] or state["rounds"] >= 3 else "summarise"  # fine


def by_tool_calls(state):
    return "tools" if state["messages"][-1].tool_calls else END  # fine


def forward(state):
    return "publish" if state["approved"] else END  # fine


def elsewhere(state):
    return END if state["approved"] else "ask"  # fine


def build(nodes):
    graph = StateGraph(dict)
    for name, node in nodes.items():
        graph.add_node(name, node)
    graph.add_edge(START, "draft")
    graph.add_edge("draft", "edit")
    graph.add_conditional_edges("edit", by_flag, ["draft", END])
    graph.add_edge("fetch", "read")
    graph.add_conditional_edges("read", by_text)
    graph.add_edge("rewrite", "grade")
    graph.add_conditional_edges("grade", by_branches)
    graph.add_edge("translate", "compare")
    graph.add_conditional_edges("compare", other_way_round)
    graph.add_edge("summarise", "check")
    graph.add_conditional_edges("check", by_count)
    graph.add_edge("tools", "agent")
    graph.add_conditional_edges("agent", by_tool_calls, ["tools", END])
    graph.add_edge("publish", END)
    graph.add_conditional_edges("vote", forward)
    return graph.compile()


class Judge(AgentMiddleware):
    def after_agent(self, state, runtime):
        return {"messages": ["Please ask for another dish."], "jump_to": "end"}  # alarm


@after_agent(can_jump_to=["end"])
def judge(state, runtime):
    return {"jump_to": "end"}  # alarm


@after_model(can_jump_to=["end"])
def stop(state, runtime):
    return {"jump_to": "end"}  # fine


class Stop(AgentMiddleware):
    def before_model(self, state, runtime):
        return {"jump_to": "end"}  # fine

    def after_agent(self, state, runtime):
        return {"messages": []}  # fine
