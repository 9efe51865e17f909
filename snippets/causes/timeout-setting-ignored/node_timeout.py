from langchain_ollama import ChatOllama
from langgraph.graph import END, START, MessagesState, StateGraph

model = ChatOllama(model="llama3.2")


async def name_it(state: MessagesState) -> MessagesState:
    return {"messages": [model.invoke(state["messages"])]}  # stuck


builder = StateGraph(MessagesState)
builder.add_node("name_it", name_it, timeout=20)
builder.add_edge(START, "name_it")
builder.add_edge("name_it", END)
graph = builder.compile()


async def identify(song: str) -> str:
    state = await graph.ainvoke({"messages": [("user", f"Which bird sings like this? {song}")]})
    return state["messages"][-1].text
