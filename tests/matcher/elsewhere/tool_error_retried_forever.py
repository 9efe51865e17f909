from langchain_core.tools import StructuredTool
from langgraph.prebuilt import ToolNode, create_react_agent


def charge(cents: int) -> str:
    """Charge a card."""
    raise RuntimeError("gateway is down")


def main(llm):
    tools = ToolNode([StructuredTool.from_function(charge)], handle_tool_errors=True)
    bot = create_react_agent(llm, tools)
    return bot.invoke({"messages": "charge 5 cents"}, {"recursion_limit": 10_000})
