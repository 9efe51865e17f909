"""TODO: what happens from outside, in one sentence."""

from langchain_core.chat_history import InMemoryChatMessageHistory

from unstuck.fakes import ScriptedModel


async def drive(program) -> list[str]:
    history = InMemoryChatMessageHistory()
    await program.answer(ScriptedModel(["At eight."]), history, "When do you open?")
    return [message.text for message in history.messages]
