from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver


@tool
def refund(booking: str, euros: int) -> str:
    """Pay money back."""
    return f"{euros} euros paid back"


def answer(model: BaseChatModel, question: str) -> str:
    middleware = [HumanInTheLoopMiddleware({"refund": True})]
    agent = create_agent(model, [refund], middleware=middleware, checkpointer=InMemorySaver())
    question = {"messages": [("user", question)]}
    result = agent.invoke(question, {"configurable": {"thread_id": "B7"}})  # stuck
    return result["messages"][-1].text
