from langchain.agents import create_agent
from langchain.agents.middleware import after_agent
from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph.state import CompiledStateGraph


def build_kitchen(model: BaseChatModel, checkpointer: BaseCheckpointSaver) -> CompiledStateGraph:
    @after_agent(can_jump_to=["end"])
    def judge(state, runtime):
        text = state["messages"][-1].text
        if model.invoke(f"Answer OK, or say what is unsafe in this recipe: {text}").text == "OK":  # stuck
            return None
        refusal = {"role": "assistant", "content": "Please ask for another dish."}
        return {"messages": [refusal], "jump_to": "end"}  # cause

    return create_agent(model, middleware=[judge], checkpointer=checkpointer)


def cook(kitchen: CompiledStateGraph, dish: str) -> str:
    config = {"configurable": {"thread_id": dish}}
    result = kitchen.invoke({"messages": [("user", f"Write a recipe for {dish}.")]}, config)
    return result["messages"][-1].text
