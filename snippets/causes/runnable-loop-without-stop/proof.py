"""One model shortens what it is given by three words, one does not shorten anything, one never answers."""

import asyncio

from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import RunnableLambda

from unstuck.fakes import Provider, ScriptedModel, ServerError, SilentModel, StreamingModel

HEADLINE = "Old bridge stays closed until next spring for urgent repairs after the storm of last Monday"


class Editor(ScriptedModel):
    def _generate(self, messages, *args, **kwargs):
        super()._generate(messages, *args, **kwargs)
        words = messages[-1].text.rpartition(": ")[2].split()
        return ChatResult(generations=[ChatGeneration(message=AIMessage(" ".join(words[:-3])))])

    async def _agenerate(self, *args, **kwargs):
        return self._generate(*args, **kwargs)


def editor() -> ScriptedModel:
    return Editor([HEADLINE])


def stubborn(**kwargs) -> ScriptedModel:
    return ScriptedModel([HEADLINE], **kwargs)


async def drive(program) -> list[str]:
    outcomes = []
    for model in (editor(), stubborn(), SilentModel()):
        outcomes += await asyncio.gather(program.publish(model, HEADLINE), return_exceptions=True)
    return outcomes


async def one_editor(program) -> str:
    return await program.publish(editor(), HEADLINE)


async def one_silent(program) -> str:
    return await program.publish(SilentModel(), HEADLINE)


async def one_stubborn(program) -> str:
    return await program.publish(stubborn(after=2), HEADLINE)


def in_sync_code(program) -> str:
    return program.publish(stubborn(), HEADLINE)


def no_quota(program) -> str:
    return program.publish(ScriptedModel([RuntimeError("Error code: 429 - insufficient_quota")]), HEADLINE)


async def one_error(program) -> str:
    async def health() -> None:
        while True:
            await asyncio.sleep(0.1)

    async with asyncio.TaskGroup() as group:
        check = group.create_task(health())
        title = await program.publish(ScriptedModel([RuntimeError("overloaded"), "Old bridge stays closed"]), HEADLINE)
        check.cancel()
    return title


async def broken_stream(program) -> str:
    model = StreamingModel(["Old ", "bridge "], then=RuntimeError("overloaded"))
    return await program.publish(model, ScriptedModel(["Old bridge stays closed"]), HEADLINE)


async def failing_provider(program, provider: Provider) -> list[str]:
    provider.script(ServerError())
    return [await program.publish(HEADLINE), f"{len(provider.requests)} requests"]


async def counts(program) -> str:
    calls = []

    async def fails(_):
        calls.append(1)
        raise RuntimeError("overloaded")

    async def hangs(_):
        calls.append(1)
        await asyncio.Event().wait()

    async def hangs_for_20_seconds(_):
        async with asyncio.timeout(20):
            await hangs(_)

    async def again(_):
        calls.append(1)
        return itself

    def calls_itself(text):
        return RunnableLambda(calls_itself).invoke(text)

    itself = RunnableLambda(again)
    backup = RunnableLambda(lambda _: "the backup's answer")
    runs = {
        "`with_retry()` around an error": (RunnableLambda(fails).with_retry(), {}),
        "`with_retry(stop_after_attempt=2)` around that": (
            RunnableLambda(fails).with_retry().with_retry(stop_after_attempt=2),
            {},
        ),
        "`with_retry()` around a hang, `asyncio.timeout` inside": (
            RunnableLambda(hangs_for_20_seconds).with_retry(),
            {},
        ),
        "`with_retry()` around a hang, `asyncio.timeout` outside": (RunnableLambda(hangs).with_retry(), {}),
        "`with_fallbacks` around a hang, `asyncio.timeout` inside": (
            RunnableLambda(hangs_for_20_seconds).with_fallbacks([backup]),
            {},
        ),
        "`with_fallbacks` around a hang, `asyncio.timeout` outside": (
            RunnableLambda(hangs).with_fallbacks([backup]),
            {},
        ),
        "a `RunnableLambda` that returns itself": (itself, {}),
        "the same, with `recursion_limit=5`": (itself, {"recursion_limit": 5}),
    }
    rows = ["| what | calls | ends in |", "|---|---|---|"]
    for name, (runnable, config) in runs.items():
        calls.clear()
        ending = await _ending(runnable, config)
        rows.append(f"| {name} | {len(calls)} | {ending} |")
    ending = await _ending(RunnableLambda(calls_itself))
    rows.append(f"| a step that calls its own `invoke` | as many as Python's stack holds | {ending} |")
    return "\n".join(rows)


async def _ending(runnable, config=None) -> str:
    try:
        async with asyncio.timeout(300):
            return await runnable.ainvoke("", config)
    except Exception as error:
        return f"`{type(error).__name__}`"


CAPTURES = {"counts.md": counts}
