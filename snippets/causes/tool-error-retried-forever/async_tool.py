import httpx
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition


@tool
async def fare(route: str) -> str:
    """Return what a train ticket costs."""
    async with httpx.AsyncClient(timeout=10) as client:
        response = await client.get(f"http://fares.internal/{route}")
    return response.text


def find_fare(model: BaseChatModel, question: str) -> str:
    graph = StateGraph(MessagesState)
    graph.add_node("clerk", (lambda state: state["messages"]) | model.bind_tools([fare]) | (lambda m: {"messages": m}))
    graph.add_node("tools", ToolNode([fare], handle_tool_errors=True))  # cause
    graph.add_edge(START, "clerk")
    graph.add_conditional_edges("clerk", tools_condition)
    graph.add_edge("tools", "clerk")
    for conversation in graph.compile().stream({"messages": [("user", question)]}, stream_mode="values"):  # stuck
        print(conversation["messages"][-1].text)
    return conversation["messages"][-1].text
