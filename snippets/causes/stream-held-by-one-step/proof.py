"""A visitor asks, reads the first words and goes on. The answer has 40 words, one in every half second."""

import time
from collections.abc import AsyncIterator

from langchain_core.output_parsers import JsonOutputParser, PydanticOutputParser, StrOutputParser
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from pydantic import BaseModel

from unstuck.fakes import StreamingModel

WORDS = ["The ", "**room** ", "on ", "your ", "left ", *["shows ", "more ", "old ", "clocks ", "and "] * 7]


async def drive(program) -> str:
    stream = program.guide(StreamingModel(WORDS, every=0.5), "What is in this room?")
    first = await anext(stream)
    await stream.aclose()
    return first


def alone(program) -> str:
    return next(program.guide(StreamingModel(WORDS, every=0.5), "What is in this room?"))


async def firsts(_) -> str:
    """Say when the first chunk leaves a chain of the model and one more step."""

    class Room(BaseModel):
        clocks: int
        name: str

    async def generator(chunks: AsyncIterator):
        async for chunk in chunks:
            yield chunk

    json = ['{"clocks"', ": 7", ', "name"', ': "', *["long "] * 35, '"}']
    steps = {
        "nothing": (WORDS, RunnablePassthrough()),
        "`StrOutputParser()`": (WORDS, StrOutputParser()),
        "a function": (WORDS, RunnableLambda(lambda message: message)),
        "a generator function": (WORDS, generator),
        "`JsonOutputParser()`": (json, JsonOutputParser()),
        "`PydanticOutputParser()`": (json, PydanticOutputParser(pydantic_object=Room)),
    }
    rows = ["| after the model | first chunk | last chunk |", "| --- | --- | --- |"]
    for name, (words, step) in steps.items():
        before, at = time.monotonic(), []
        async for _ in (StreamingModel(words, every=0.5) | step).astream("What is in this room?"):
            at.append(time.monotonic() - before)
        rows.append(f"| {name} | {at[0]:.1f} s | {at[-1]:.1f} s |")
    return "\n".join(rows)


CAPTURES = {"firsts.md": firsts}
