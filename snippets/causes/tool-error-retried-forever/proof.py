"""The fare service is down. One model does as the tool's answer says, one asks again whatever it says."""

import re

from langchain.agents import create_agent
from langchain.agents.middleware import ToolCallLimitMiddleware, ToolRetryMiddleware
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode

from unstuck.fakes import Provider, ScriptedModel, ServerError, tool_call

QUESTION = "What is a ticket from Ulm to Bonn?"
CALL = tool_call("fare", route="Ulm-Bonn", day="next Sunday")


class Obedient(ScriptedModel):
    def _generate(self, messages, *args, **kwargs):
        result = super()._generate(messages, *args, **kwargs)
        told = messages[-1].text if isinstance(messages[-1], ToolMessage) else "try again"
        if re.search(r"try (again|one of)|fix your mistakes", told):
            return result
        return ChatResult(generations=[ChatGeneration(message=AIMessage(f"I was told: {told}"))])

    async def _agenerate(self, *args, **kwargs):
        return self._generate(*args, **kwargs)


def obedient() -> ScriptedModel:
    return Obedient([CALL])


def stubborn() -> ScriptedModel:
    return ScriptedModel([CALL])


async def drive(program, provider: Provider) -> list[str]:
    provider.script(ServerError(503))
    return [await program.find_fare(obedient(), QUESTION), await program.find_fare(stubborn(), QUESTION)]


async def only_obedient(program, provider: Provider) -> list[str]:
    provider.script(ServerError(503))
    return [await program.find_fare(obedient(), QUESTION), f"{len(provider.requests)} requests"]


async def only_stubborn(program, provider: Provider) -> str:
    provider.script(ServerError(503))
    return await program.find_fare(stubborn(), QUESTION)


def in_sync_code(program, provider: Provider) -> str:
    provider.script(ServerError(503))
    return program.find_fare(obedient(), QUESTION)


def texts(program) -> str:
    """Return what the libraries tell the model when a call fails."""

    @tool
    def fare(route: str) -> str:
        """Return what a train ticket costs."""
        raise TimeoutError("no answer in 10 s")

    def told(call: AIMessage, *middleware) -> str:
        return _told(create_agent(ScriptedModel([call, "Sorry."]), [fare], middleware=middleware))

    right = tool_call("fare", route="Ulm-Bonn")
    graph = StateGraph(MessagesState).add_node("tools", ToolNode([fare], handle_tool_errors=True))
    rows = {
        "arguments that do not fit, any agent": told(tool_call("fare", line=7)),
        "a name that no tool has, any agent": told(tool_call("fares")),
        "an exception, `ToolNode(handle_tool_errors=True)`": _told(graph.add_edge(START, "tools").compile(), right),
        "an exception, `ToolRetryMiddleware`": told(right, ToolRetryMiddleware(max_retries=2)),
        "one call too many, `ToolCallLimitMiddleware`": told(right, ToolCallLimitMiddleware(run_limit=0)),
    }
    return "\n".join(
        ["| what failed | what the model is told |", "|---|---|", *(f"| {k} | {v} |" for k, v in rows.items())]
    )


def _told(graph, *messages: AIMessage) -> str:
    said = graph.invoke({"messages": [("user", QUESTION), *messages]})["messages"]
    return " ".join(next(message.text for message in said if message.type == "tool").split())


CAPTURES = {"texts.md": texts}
