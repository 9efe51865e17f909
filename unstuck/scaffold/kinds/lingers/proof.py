"""TODO: what happens from outside, in one sentence."""

from unstuck.fakes import ScriptedModel


def drive(program) -> str:
    return program.answer(ScriptedModel(["Platform four."]), "Where does the night train leave?")
