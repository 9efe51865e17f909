import os
from datetime import timedelta

from langchain.agents import create_agent
from langchain.agents.middleware import ToolCallRequest, ToolErrorMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_mcp_adapters.client import MultiServerMCPClient
from mcp import McpError

client = MultiServerMCPClient(
    {
        "timetable": {
            "transport": "streamable_http",
            "url": os.environ["TIMETABLE_URL"],
            "sse_read_timeout": 20,
            "session_kwargs": {"read_timeout_seconds": timedelta(seconds=20)},
        }
    }
)


def tell_model(error: Exception, call: ToolCallRequest) -> str | None:
    return "The timetable did not answer." if isinstance(error, McpError) else None


async def answer(model: BaseChatModel, question: str) -> str:
    agent = create_agent(model, await client.get_tools(), middleware=[ToolErrorMiddleware(tell_model)])
    result = await agent.ainvoke({"messages": [("user", question)]}, {"recursion_limit": 10})
    return result["messages"][-1].text
