import requests
from langchain_classic.agents import AgentExecutor, create_tool_calling_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool

prompt = ChatPromptTemplate.from_messages([("human", "{input}"), ("placeholder", "{agent_scratchpad}")])


@tool
def units_in_stock(part: str) -> str:
    """Return how many units of a part the warehouse has."""
    reply = requests.get(f"http://stock.internal/parts/{part}", timeout=10)  # stuck
    reply.raise_for_status()
    return reply.text


def answer(model: BaseChatModel, question: str) -> str:
    agent = create_tool_calling_agent(model, [units_in_stock], prompt)
    executor = AgentExecutor(agent=agent, tools=[units_in_stock])
    return executor.invoke({"input": question})["output"]
