"""TODO: what happens from outside, in one sentence."""

from unstuck.fakes import ScriptedModel


async def drive(program) -> list[str]:
    return await program.title_all(ScriptedModel(["The Sea"], after=3), ["Waves, waves."] * 8)
