"""A guest asks for a refund, and the manager says yes; the answers are what each of them is shown."""

from unstuck.fakes import ScriptedModel, tool_call


def drive(program) -> list[str]:
    return [program.ask("B7", 80), program.decide("B7", "yes")]


def agent(program) -> str:
    return program.answer(ScriptedModel([tool_call("refund", booking="B7", euros=80), "Paid."]), "Pay me back, please.")


async def streamed(program) -> str:
    return await program.answer(80)
