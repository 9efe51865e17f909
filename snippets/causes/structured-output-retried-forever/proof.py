"""One critic gives five stars too many and corrects itself, one does not, one answers in prose."""

from langchain_core.messages import AIMessage

from unstuck.fakes import Answer, Provider, ScriptedModel, tool_call

REVIEW = "Ten out of ten!"
WRONG, RIGHT, PROSE = tool_call("Rating", stars=10), tool_call("Rating", stars=5), "I give it ten stars."
TWICE = AIMessage("", tool_calls=WRONG.tool_calls + RIGHT.tool_calls)


def drive(program) -> list[str]:
    return [str(program.rate(ScriptedModel(script), REVIEW)) for script in ([WRONG, RIGHT], [WRONG], [PROSE])]


def corrects_itself(program) -> int | None:
    return program.rate(ScriptedModel([WRONG, RIGHT]), REVIEW)


def never_right(program) -> int | None:
    return program.rate(ScriptedModel([WRONG]), REVIEW)


def in_prose(program) -> int | None:
    return program.rate(ScriptedModel([PROSE]), REVIEW)


async def asynchronous(program) -> int | None:
    return await program.rate(ScriptedModel([WRONG, TWICE]), REVIEW)


def no_tool_choice(program, provider: Provider) -> int | None:
    """The server takes `tool_choice` and does nothing about it, as some do."""
    provider.script(Answer(PROSE))
    return program.rate(REVIEW)
