"""A shop's assistant is asked three times: in good order, while the stock service fails, and while the model does."""

import asyncio

from unstuck.fakes import Body, Provider, ServerError, StreamingModel

ANSWER = ["We ", "have ", "rye."]


async def drive(program, provider: Provider) -> list[str]:
    provider.script(Body("rye"), ServerError(), Body("rye"), path="/stock")
    good = StreamingModel(ANSWER, every=0.1, streaming=True)
    broken = StreamingModel(ANSWER, every=0.1, streaming=True, then=OSError("429"))
    return [await read(program, model) for model in (good, good, broken)]


async def does_not_stream(program, provider: Provider) -> str:
    provider.script(Body("rye"), path="/stock")
    return await read(program, StreamingModel(ANSWER, every=0.1))


async def two_at_once(program, provider: Provider) -> list[str]:
    provider.script(Body("rye"), path="/stock")
    slow = StreamingModel(["Rolls ", "are ", "sold ", "out."], every=0.15, streaming=True)
    return await asyncio.gather(read(program, StreamingModel(ANSWER, every=0.1, streaming=True)), read(program, slow))


async def read(program, model: StreamingModel) -> str:
    text = ""
    try:
        async for token in program.answer(model, "Is there rye bread?"):
            text += token
    except Exception as error:
        text += f"[{type(error).__name__}]"
    return text
