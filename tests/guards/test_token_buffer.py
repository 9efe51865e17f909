from __future__ import annotations

import asyncio
import queue
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from langchain_core.language_models import BaseChatModel, FakeListLLM
from langchain_core.messages import AIMessageChunk
from langchain_core.runnables import RunnableConfig, RunnableParallel

from snippets.guards import token_buffer
from snippets.guards.token_buffer import Piece, TokenBuffer
from unstuck.fakes import FakeModel, Gate, ScriptedModel, StreamingModel

PATIENCE = 60  # Seconds after which a test that hangs fails; what passes does not depend on it.
HOURS = 3600.0
HUGE = 10**9


def run(main: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(main, PATIENCE))


def start(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def watched(buffer: TokenBuffer, **metadata: Any) -> RunnableConfig:
    return {"callbacks": [buffer], "metadata": metadata}


class Saved:
    """A database; `wait` blocks until there is one more piece."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._one_more = threading.Semaphore(0)

    def __call__(self, piece: Piece) -> None:
        self.pieces.append(piece)
        self._one_more.release()

    def wait(self) -> None:
        assert self._one_more.acquire(timeout=PATIENCE)

    @property
    def texts(self) -> list[tuple[str, bool]]:
        return [(piece.text, piece.last) for piece in self.pieces]

    def by_run(self) -> dict[UUID, list[Piece]]:
        runs = defaultdict(list)
        for piece in self.pieces:
            runs[piece.run_id].append(piece)
        return runs


def test_a_piece_is_saved_when_it_is_large_enough() -> None:
    """While the stream goes on; the rest comes with its end."""
    saved, gate = Saved(), Gate()
    model = StreamingModel(["ab", "cd", "ef"], gate=gate, gate_at=2)
    with TokenBuffer(saved, size=4, seconds=HOURS) as buffer:
        stream = start(lambda: list(model.stream("x", watched(buffer))))
        saved.wait()
        assert saved.texts == [("abcd", False)]
        gate.open()
        stream.join(PATIENCE)
    assert saved.texts == [("abcd", False), ("ef", True)]


def test_a_piece_is_saved_when_it_is_old_enough() -> None:
    """A stream that stalls does not keep what it has said so far."""
    saved, gate = Saved(), Gate()
    model = StreamingModel(["ab", "cd"], gate=gate, gate_at=1)
    with TokenBuffer(saved, size=HUGE, seconds=0.01) as buffer:
        stream = start(lambda: list(model.stream("x", watched(buffer))))
        saved.wait()
        assert saved.texts == [("ab", False)]
        gate.open()
        stream.join(PATIENCE)
    assert "".join(text for text, _ in saved.texts) == "abcd"
    assert [last for _, last in saved.texts][-1]


def test_a_piece_is_not_saved_before_it_is_large_or_old_enough() -> None:
    """One write for a short answer."""
    saved = Saved()
    with TokenBuffer(saved, size=HUGE, seconds=HOURS) as buffer:
        list(StreamingModel(["ab"] * 100).stream("x", watched(buffer)))
    assert saved.texts == [("ab" * 100, True)]


STALLED = {"gate": Gate(), "gate_at": 2}  # It says "ab" and "cd", and then nothing.


async def is_read_to_the_end(buffer: TokenBuffer) -> None:
    async for _ in StreamingModel(["ab", "cd"]).astream("x", watched(buffer)):
        pass


async def fails(buffer: TokenBuffer) -> None:
    with suppress(ConnectionError):
        async for _ in StreamingModel(["ab", "cd"], then=ConnectionError("reset")).astream("x", watched(buffer)):
            pass


async def is_closed(buffer: TokenBuffer) -> None:
    stream = StreamingModel(["ab", "cd", "ef"]).astream("x", watched(buffer))
    async with aclosing(stream):  # type: ignore[type-var]
        await anext(stream)
        await anext(stream)


async def is_cancelled(buffer: TokenBuffer) -> None:
    said = asyncio.Event()

    async def read() -> None:
        async for chunk in StreamingModel(["ab", "cd", "ef"], **STALLED).astream("x", watched(buffer)):
            if chunk.content == "cd":
                said.set()

    request = asyncio.create_task(read())
    await said.wait()
    request.cancel()
    await asyncio.wait([request])


async def is_cancelled_in_ainvoke(buffer: TokenBuffer) -> None:
    said = asyncio.Event()

    class Model(FakeModel):
        streaming: bool

        def steps(self, number: int) -> Iterator[Any]:
            yield AIMessageChunk(content="ab")
            yield AIMessageChunk(content="cd")
            said.set()
            yield Gate()

    request = asyncio.create_task(Model(streaming=True).ainvoke("x", watched(buffer)))
    await said.wait()
    request.cancel()
    await asyncio.wait([request])


async def is_left_by_a_sync_reader(buffer: TokenBuffer) -> None:
    stream = StreamingModel(["ab", "cd", "ef"]).stream("x", watched(buffer))
    next(stream)
    next(stream)
    stream.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "stream",
    [
        is_read_to_the_end,
        fails,
        is_closed,
        is_cancelled,
        is_cancelled_in_ainvoke,
        is_left_by_a_sync_reader,
    ],
)
def test_the_tail_is_saved_however_the_stream_ends(stream: Callable[[TokenBuffer], Coroutine[Any, Any, None]]) -> None:
    """Also when no end is reported, as for a cancelled `ainvoke`; and nothing is kept of the run."""
    saved = Saved()
    buffer = TokenBuffer(saved, size=HUGE, seconds=HOURS)
    run(stream(buffer))
    saved.wait()
    buffer.close()
    assert saved.texts == [("abcd", True)]
    assert (buffer._runs, buffer._due) == ({}, {})


@pytest.mark.parametrize("model", [ScriptedModel(["answer"]), FakeListLLM(responses=["answer"])])
@pytest.mark.parametrize("how", ["invoke", "ainvoke"])
def test_a_model_that_does_not_stream_is_saved_whole(model: Any, how: str) -> None:
    """`invoke` reports no tokens, but its answer is not lost."""
    saved = Saved()
    with TokenBuffer(saved) as buffer:
        if how == "invoke":
            model.invoke("x", watched(buffer))
        else:
            asyncio.run(model.ainvoke("x", watched(buffer)))
    assert saved.texts == [("answer", True)]


def test_tokens_of_content_blocks_are_text() -> None:
    """Models whose tokens are lists of blocks are saved as the text that they say."""

    class Blocks(FakeModel):
        def steps(self, number: int) -> Iterator[Any]:
            yield AIMessageChunk(content=[{"type": "text", "text": "ab", "index": 0}])
            yield AIMessageChunk(content=[{"type": "text", "text": "cd", "index": 0}])

    saved = Saved()
    with TokenBuffer(saved, size=HUGE, seconds=HOURS) as buffer:
        list(Blocks().stream("x", watched(buffer)))
    assert saved.texts == [("abcd", True)]


def test_two_models_of_one_request_are_kept_apart() -> None:
    """They share the metadata, not the run."""
    saved = Saved()
    both = RunnableParallel(left=StreamingModel(["a"] * 50), right=StreamingModel(["b"] * 50))
    with TokenBuffer(saved, size=7, seconds=HOURS) as buffer:
        list(both.stream("x", watched(buffer, conversation=7)))
    texts = {"".join(piece.text for piece in pieces) for pieces in saved.by_run().values()}
    assert texts == {"a" * 50, "b" * 50}
    assert {piece.metadata["conversation"] for piece in saved.pieces} == {7}


def test_a_slow_save_does_not_hold_up_the_stream() -> None:
    """The stream ends while the first write is still under way; what came meanwhile is one piece."""
    saved, saving, done = Saved(), Gate(), Gate()

    def save(piece: Piece) -> None:
        saved(piece)
        saving.open()
        done.wait()

    with TokenBuffer(save, size=2, seconds=HOURS) as buffer:
        list(StreamingModel(["ab"] * 100, gate=saving, gate_at=1).stream("x", watched(buffer)))
        assert saved.texts == [("ab", False)]
        done.open()
    assert saved.texts == [("ab", False), ("ab" * 99, True)]


def test_a_failed_save_is_logged_and_the_next_one_is_made(caplog: pytest.LogCaptureFixture) -> None:
    """With the number of characters and the run; no other run is affected."""
    saved = Saved()

    def save(piece: Piece) -> None:
        if piece.metadata["number"] == 0:
            raise ConnectionError("database is away")
        saved(piece)

    with TokenBuffer(save) as buffer:
        for number in range(2):
            ScriptedModel(["answer"]).invoke("x", watched(buffer, number=number))
    (record,) = caplog.records
    assert record.getMessage().startswith("6 characters of run ")
    assert saved.texts == [("answer", True)]


class Executor(ThreadPoolExecutor):
    given = 0

    def submit(self, *args: Any, **kwargs: Any) -> Any:
        self.given += 1
        return super().submit(*args, **kwargs)


class NotInline(TokenBuffer):
    run_inline = False


@pytest.mark.parametrize(("kind", "needs_threads"), [(TokenBuffer, False), (NotInline, True)])
def test_it_needs_no_thread_of_the_default_executor(kind: type[TokenBuffer], needs_threads: bool) -> None:  # noqa: FBT001
    """A token does not wait for a thread; without `run_inline` each would."""

    async def main() -> None:
        executor = Executor()
        asyncio.get_running_loop().set_default_executor(executor)
        with kind(saved) as buffer:
            async for _ in StreamingModel(["ab"]).astream("x", watched(buffer)):
                pass
        assert (executor.given > 0) == needs_threads

    saved = Saved()
    run(main())
    assert saved.texts == [("ab", True)]


def test_no_thread_runs_before_the_first_token() -> None:
    """A buffer made before a server forks its workers works in the workers."""
    saved = Saved()
    buffer = TokenBuffer(saved)
    assert buffer._thread is None
    ScriptedModel(["answer"]).invoke("x", watched(buffer))
    buffer.close()
    assert buffer._thread is None
    assert saved.texts == [("answer", True)]


def test_what_comes_while_it_closes_is_saved_by_the_next_close() -> None:
    """A stream that goes on during the last write starts a new thread."""
    saved, gate, begun = Saved(), Gate(), Gate()

    def save(piece: Piece) -> None:
        saved(piece)
        gate.open()
        stream.join(PATIENCE)

    def read() -> None:
        for _ in StreamingModel(["ab", "cd"], gate=gate, gate_at=1).stream("x", watched(buffer)):
            begun.open()

    buffer = TokenBuffer(save, size=HUGE, seconds=HOURS)
    stream = start(read)
    begun.wait()
    buffer.close()
    buffer.close()
    assert saved.texts == [("ab", False), ("cd", True)]


class Queue(queue.SimpleQueue[Any]):
    """A queue that tells when `close` has put its mark."""

    marked = threading.Event()

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:  # noqa: FBT001, FBT002
        super().put(item, block, timeout)
        if item is None:
            self.marked.set()


def test_what_comes_after_the_mark_of_close_is_saved_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread ends with all that it has taken in, also what came behind the mark."""
    monkeypatch.setattr(Queue, "marked", threading.Event())
    monkeypatch.setattr(queue, "SimpleQueue", Queue)
    saved, saving, done = Saved(), Gate(), Gate()

    def save(piece: Piece) -> None:
        saved(piece)
        saving.open()
        done.wait()

    buffer = TokenBuffer(save, seconds=HOURS)
    ScriptedModel(["first"]).invoke("x", watched(buffer))
    saving.wait()
    closing = start(buffer.close)
    assert Queue.marked.wait(PATIENCE)
    ScriptedModel(["second"]).invoke("x", watched(buffer))
    done.open()
    closing.join(PATIENCE)
    assert saved.texts == [("first", True), ("second", True)]


def test_it_has_one_thread_whoever_comes_first() -> None:
    """Two streams that begin at once do not start two."""
    with TokenBuffer(Saved()) as buffer:
        buffer._start()
        buffer._start()
        assert [thread.name for thread in threading.enumerate()].count("token-buffer") == 1


def test_the_tail_is_saved_at_exit() -> None:
    """A process that ends without `close` loses nothing, however slow the database."""
    # Without the seconds that importing LangChain takes.
    program = """
import os, sys, threading, types, uuid
sys.path.insert(0, sys.argv[1])
for name, value in {"callbacks": {"BaseCallbackHandler": object}, "outputs": {"LLMResult": object}}.items():
    sys.modules[f"langchain_core.{name}"] = types.SimpleNamespace(**value)
from token_buffer import TokenBuffer

def save(piece):
    threading.Event().wait(0.2)
    os.write(1, piece.text.encode())

buffer, run_id = TokenBuffer(save), uuid.uuid4()
buffer.on_llm_start({}, [], run_id=run_id)
buffer.on_llm_new_token("the whole answer", run_id=run_id)
"""
    command = [sys.executable, "-c", program, str(Path(token_buffer.__file__).parent)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.stdout, done.returncode) == ("the whole answer", 0), done.stderr


def test_nothing_is_lost_or_mixed_up_under_load() -> None:
    """100 async and 8 sync streams at once: each text is whole, in order, and ends exactly once."""
    saved = Saved()
    words = {number: [f"{number}-{index} " for index in range(50)] for number in range(108)}

    def model(number: int) -> BaseChatModel:
        return StreamingModel(words[number])

    async def main() -> None:
        threads = [
            threading.Thread(target=lambda n=number: list(model(n).stream("x", watched(buffer, number=n))), daemon=True)
            for number in range(100, 108)
        ]
        for thread in threads:
            thread.start()
        await asyncio.gather(*(read(number) for number in range(100)))
        for thread in threads:
            thread.join(PATIENCE)

    async def read(number: int) -> None:
        async for _ in model(number).astream("x", watched(buffer, number=number)):
            await asyncio.sleep(0)

    with TokenBuffer(saved, size=40, seconds=0.001) as buffer:
        run(main())
    runs = saved.by_run()
    assert len(runs) == 108
    for pieces in runs.values():
        (number,) = {piece.metadata["number"] for piece in pieces}
        assert "".join(piece.text for piece in pieces) == "".join(words[number])
        assert [piece.last for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert (buffer._runs, buffer._due) == ({}, {})
