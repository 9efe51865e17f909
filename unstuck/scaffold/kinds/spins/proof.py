"""TODO: what happens from outside, in one sentence."""

from unstuck.fakes import ScriptedModel

REPORT = "The bridge is closed in May. The ferry runs."


def drive(program) -> str:
    model = ScriptedModel(["No bridge in May.", "Take the ferry.", "It runs."])
    return program.summarise(model, REPORT, overlap=40)
