"""Three topics of a local paper; the model takes a second for each headline."""

from unstuck.fakes import ScriptedModel

HEADLINES = ["Bakery opens at five", "Bridge closed", "Choir looks for basses"]


def drive(program) -> list[str]:
    return program.write(ScriptedModel(HEADLINES, after=1), ["bakery", "bridge", "choir"])
