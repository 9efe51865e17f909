from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.func import entrypoint, task
from langgraph.pregel import Pregel


def build_kitchen(model: BaseChatModel, checkpointer: BaseCheckpointSaver) -> Pregel:
    @task
    def write(dish: str, remarks: str) -> str:
        return model.invoke(f"Write a recipe for {dish}. Remarks on the last version: {remarks}").text  # stuck

    @task
    def review(text: str) -> str:
        return model.invoke(f"Answer OK, or say what to change in this recipe: {text}").text

    @entrypoint(checkpointer)
    def recipe(dish: str) -> str:
        text = write(dish, "none").result()
        while (remarks := review(text).result()) != "OK":
            text = write(dish, remarks).result()
        return text

    return recipe


def cook(kitchen: Pregel, dish: str) -> str:
    config = {"configurable": {"thread_id": dish}, "recursion_limit": 8}
    return kitchen.invoke(dish, config)
