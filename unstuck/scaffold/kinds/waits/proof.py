"""TODO: what happens from outside, in one sentence."""

from unstuck.fakes import ScriptedModel


async def drive(program) -> list[str]:
    model = ScriptedModel(["Good morning.", "Thank you.", "See you soon."])
    return await program.translate_all(model, ["Guten Morgen.", "Danke.", "Bis bald."])
