import requests
from langchain_classic.agents import AgentExecutor, create_tool_calling_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool

prompt = ChatPromptTemplate.from_messages([("human", "{input}"), ("placeholder", "{agent_scratchpad}")])


@tool
def track(parcel: str) -> str:
    """Return where a parcel is."""
    return requests.get(f"http://parcels.internal/{parcel}").text  # stuck


async def answer(model: BaseChatModel, question: str) -> str:
    agent = create_tool_calling_agent(model, [track], prompt)
    executor = AgentExecutor(agent=agent, tools=[track], max_execution_time=10)
    result = await executor.ainvoke({"input": question})
    return result["output"]
