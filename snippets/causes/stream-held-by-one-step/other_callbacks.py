from langchain_core.callbacks import UsageMetadataCallbackHandler
from langchain_core.language_models import BaseChatModel
from langgraph.graph import START, MessagesState, StateGraph

usage = UsageMetadataCallbackHandler()


async def guide(model: BaseChatModel, question: str):
    async def answer(state):
        return {"messages": await model.ainvoke(state["messages"], {"callbacks": [usage]})}  # stuck

    builder = StateGraph(MessagesState)
    builder.add_node(answer)
    builder.add_edge(START, "answer")
    question = {"messages": [("user", question)]}
    async for message, _ in builder.compile().astream(question, stream_mode="messages"):
        yield message.text.replace("*", "")
