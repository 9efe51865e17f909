from langchain_core.messages import AIMessage, HumanMessage
from langchain_openai import ChatOpenAI


def main():
    call = {"name": "search", "args": {}, "id": "call_9"}
    history = [HumanMessage("find it"), AIMessage("", tool_calls=[call]), HumanMessage("well?")]
    return ChatOpenAI(model="gpt-4o").invoke(history)
