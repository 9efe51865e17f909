from langchain_classic.agents import AgentExecutor, create_tool_calling_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool

prompt = ChatPromptTemplate.from_messages([("human", "{input}"), ("placeholder", "{agent_scratchpad}")])


@tool
def track(parcel: str) -> str:
    """Return where a parcel is."""
    return f"Parcel {parcel} is on its way."


def answer(model: BaseChatModel, question: str) -> str:
    agent = create_tool_calling_agent(model, [track], prompt)
    executor = AgentExecutor(agent=agent, tools=[track], max_iterations=None)
    return executor.invoke({"input": question})["output"]  # stuck
