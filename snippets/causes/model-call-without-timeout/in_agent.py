from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI


@tool
def policy_of(report: str) -> str:
    """Return the policy that covers a damage report."""
    return "household"


agent = create_agent(ChatOpenAI(model="gpt-4o-mini"), [policy_of])


async def summarise(report: str) -> str:
    result = await agent.ainvoke({"messages": [("user", f"Summarise this damage report: {report}")]})  # stuck
    return result["messages"][-1].text
