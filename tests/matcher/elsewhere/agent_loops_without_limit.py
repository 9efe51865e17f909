from langchain_core.messages import HumanMessage
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition


def look_up(word: str) -> str:
    """Look a word up."""
    return f"no entry for {word}"


def main(llm):
    def think(state):
        return {"messages": [llm.invoke(state["messages"])]}

    flow = StateGraph(MessagesState)
    flow.add_node("think", think)
    flow.add_node("tools", ToolNode([look_up]))
    flow.add_edge(START, "think")
    flow.add_conditional_edges("think", tools_condition)
    flow.add_edge("tools", "think")
    return flow.compile().invoke({"messages": [HumanMessage("What is a grig?")]})
