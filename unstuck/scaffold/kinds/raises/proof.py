"""TODO: what happens from outside, in one sentence."""

from unstuck.fakes import ScriptedModel


def drive(program) -> str:
    return program.recommend(ScriptedModel(["The lock on the canal."]), "Emden", "June")
