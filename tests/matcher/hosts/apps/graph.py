from langchain_openai import ChatOpenAI
from langgraph.graph import START, MessagesState, StateGraph


def reply(state):
    return {"messages": ChatOpenAI(model="gpt-4o-mini").invoke(state["messages"])}


graph = StateGraph(MessagesState).add_node(reply).add_edge(START, "reply").compile()
