import requests
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition


@tool
def units_in_stock(part: str) -> str:
    """Return how many units of a part the warehouse has."""
    reply = requests.get(f"http://stock.internal/parts/{part}")  # stuck
    reply.raise_for_status()
    return reply.text


def answer(model: BaseChatModel, question: str) -> str:
    clerk = model.bind_tools([units_in_stock])
    graph = StateGraph(MessagesState)
    graph.add_node("clerk", lambda state: {"messages": [clerk.invoke(state["messages"])]})
    graph.add_node("tools", ToolNode([units_in_stock]))
    graph.add_edge(START, "clerk")
    graph.add_conditional_edges("clerk", tools_condition)
    graph.add_edge("tools", "clerk")
    result = graph.compile().invoke({"messages": [("user", question)]})
    return result["messages"][-1].text
