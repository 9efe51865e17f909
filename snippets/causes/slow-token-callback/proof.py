"""Two customers ask at once, the model breaks off the second answer, and the audit takes 0.2 seconds for each entry."""

import asyncio
import threading

from langchain_core.callbacks import AsyncCallbackHandler, BaseCallbackHandler

from unstuck.fakes import Json, Provider, ServerError, StreamingModel

TEXT = "Take one in the morning and one in the evening with a glass of water for a week."
ADVICE = TEXT.replace(" ", " |").split("|")


async def drive(program, provider: Provider) -> dict[str, list[str]]:
    provider.script(Json({"kept": True}, after=0.2), path="/advice")
    read = await asyncio.gather(
        customer(program, StreamingModel(ADVICE, every=0.02)),
        customer(program, StreamingModel(ADVICE[:3], every=0.02, then=ConnectionError())),
    )
    return {"read": read, "kept": [request.json["said"] for request in provider.requests]}


async def down(program, provider: Provider) -> str:
    provider.script(ServerError(), path="/advice")
    return await customer(program, StreamingModel(ADVICE, every=0.02))


def alone(program, provider: Provider) -> str:
    provider.script(Json({"kept": True}, after=0.2), path="/advice")
    return "".join(program.advise(StreamingModel(ADVICE, every=0.02), "How often do I take these?"))


async def customer(program, model: StreamingModel) -> str:
    text = ""
    try:
        async for token in program.advise(model, "How often do I take these?"):
            text += token
    except ConnectionError:
        pass
    return text


async def where(_) -> str:
    """Say in which thread the handler of each call runs."""

    class Plain(BaseCallbackHandler):
        def on_llm_new_token(self, token, **kwargs) -> None:
            seen.add(threading.current_thread())

    class Inline(Plain):
        run_inline = True

    class Async(AsyncCallbackHandler):
        async def on_llm_new_token(self, token, **kwargs) -> None:
            seen.add(threading.current_thread())

    rows = ["| handler | `model.stream` | `model.astream` |", "| --- | --- | --- |"]
    for handler in (Plain(), Inline(), Async()):
        cells = []
        for method in ("stream", "astream"):
            seen = set()
            stream = getattr(StreamingModel(["yes"]), method)("", {"callbacks": [handler]})
            _ = [chunk async for chunk in stream] if method == "astream" else list(stream)
            cells.append("the caller's thread" if seen == {threading.main_thread()} else "another thread")
        name = {"Plain": "`BaseCallbackHandler`", "Inline": "`run_inline = True`", "Async": "`AsyncCallbackHandler`"}
        rows.append(f"| {name[type(handler).__name__]} | {' | '.join(cells)} |")
    return "\n".join(rows)


async def ends(_) -> str:
    """Say which callback tells the end of a run, by how it ends."""

    class Ends(BaseCallbackHandler):
        def on_llm_end(self, response, **kwargs) -> None:
            seen.append("`on_llm_end`")

        def on_llm_error(self, error, **kwargs) -> None:
            seen.append(f"`on_llm_error` with `{type(error).__name__}`")

    async def read(**how) -> None:
        async for _ in StreamingModel(["a", "b"], every=1, **how).astream("", config):
            pass

    async def leave() -> None:
        stream = StreamingModel(["a", "b"], every=1).astream("", config)
        await anext(stream)
        await stream.aclose()

    ways = {
        "`astream`, read to the end": read,
        "`astream`, the model raises": lambda: read(then=ConnectionError()),
        "`astream`, the reader stops and closes it": leave,
        "`astream`, its task is cancelled": lambda: asyncio.wait_for(read(), 1.5),
        "`ainvoke`, its task is cancelled": lambda: asyncio.wait_for(
            StreamingModel(["a", "b"], every=1).ainvoke("", config), 1.5
        ),
    }
    rows = ["| how the run ends | what the handler hears |", "| --- | --- |"]
    for name, way in ways.items():
        seen, config = [], {"callbacks": [Ends()]}
        await asyncio.gather(way(), return_exceptions=True)
        rows.append(f"| {name} | {' '.join(seen) or 'nothing'} |")
    return "\n".join(rows)


CAPTURES = {"where.md": where, "ends.md": ends}
