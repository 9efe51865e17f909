"""The model calls the tool, reads its result, and calls it again, for as long as it has the tool."""

from langchain.agents import create_agent
from langchain.agents.middleware import ModelCallLimitMiddleware, ToolCallLimitMiddleware
from langchain_classic.agents import AgentExecutor
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langgraph._internal._config import DEFAULT_RECURSION_LIMIT
from langgraph.errors import GraphRecursionError

from unstuck.fakes import Body, Provider, ScriptedModel, Silence, tool_call

QUESTION = "Has parcel 7 been delivered?"


class Eager(ScriptedModel):
    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        if kwargs.get("tools"):
            return super()._generate(messages, stop, run_manager, **kwargs)
        return ChatResult(generations=[ChatGeneration(message=AIMessage("Not yet, it is on its way."))])


def eager(**kwargs) -> ScriptedModel:
    return Eager([tool_call("track", parcel="7")], **kwargs)


def drive(program) -> str:
    return program.answer(eager(), QUESTION)


def in_words(program) -> str:
    return program.answer(ScriptedModel(["Thought: not there yet\nAction: track\nAction Input: 7"]), QUESTION)


def slow_tool(program, provider: Provider) -> str:
    provider.script(Body("on its way", after=60), path="/7")
    return program.answer(eager(), QUESTION)


async def silent_tool(program, provider: Provider) -> str:
    provider.script(Silence(), path="/7")
    return await program.answer(eager(), QUESTION)


async def asynchronous(program) -> str:
    return await program.answer(eager(after=2), QUESTION)


async def read_to_the_end(program) -> str:
    return "".join([token async for token in program.answer(eager(), QUESTION)])


def delegated(program) -> str:
    return program.answer(ScriptedModel([tool_call("track", parcel="7"), tool_call("last_scan", parcel="7")]), QUESTION)


def limits(program) -> str:
    names = ("max_iterations", "max_execution_time")
    executor = [f"`{name}={AgentExecutor.model_fields[name].default}`" for name in names]
    own = {
        "`create_agent`": f"{create_agent(eager(), [program.track]).config['recursion_limit']} supersteps",
        "any other LangGraph graph": f"{int(DEFAULT_RECURSION_LIMIT)} supersteps",
        "`AgentExecutor`": ", ".join(executor),
    }
    rows = [f"| {name} | {limit} |" for name, limit in own.items()]
    return "\n".join(["| what | its own limit |", "|---|---|", *rows])


def supersteps(program) -> str:
    agents = {
        "`create_agent`": [],
        "with `ToolCallLimitMiddleware`": [ToolCallLimitMiddleware(run_limit=9)],
        "with `ModelCallLimitMiddleware`": [ModelCallLimitMiddleware(run_limit=9)],
    }
    rows = [f"| {name} | {_needed(program, way, 1)} | {_needed(program, way, 2)} |" for name, way in agents.items()]
    return "\n".join(["| supersteps for | 1 round and the answer | 2 rounds and the answer |", "|---|---|---|", *rows])


def _needed(program, middleware: list, rounds: int) -> int:
    """Return the smallest `recursion_limit` with which an agent answers after so many rounds."""

    def steps(limit: int) -> int:
        model = ScriptedModel([tool_call("track", parcel="7")] * rounds + ["Not yet."])
        agent = create_agent(model, [program.track], middleware=middleware)
        question = {"messages": [("user", QUESTION)]}
        return max(event["step"] for event in agent.stream(question, {"recursion_limit": limit}, stream_mode="debug"))

    enough = steps(50) + 1
    steps(enough)
    try:
        steps(enough - 1)
    except GraphRecursionError:
        return enough
    raise RuntimeError(f"{enough - 1} supersteps are enough, too")


CAPTURES = {"limits.md": limits, "supersteps.md": supersteps}
