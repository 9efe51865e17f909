"""The provider takes the first request and never answers it; it answers the next one."""

from unstuck.fakes import Answer, Provider, Silence


async def drive(program, provider: Provider) -> str:
    provider.script(Silence(), Answer("Water damage on the second floor."))
    return await program.summarise("Wet ceiling, wet carpet.")
