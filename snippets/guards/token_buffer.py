"""Save streamed tokens in pieces, run by run, without making the stream wait for the database.

    with TokenBuffer(save) as buffer:      # one for the service
        async for chunk in model.astream(question, config={"callbacks": [buffer]}):
            ...

A token costs the stream one put into a queue.
A thread of the buffer's own collects tokens and calls `save` for each piece, so a slow database slows down neither the
stream nor the event loop: it only makes the pieces larger.
"""

from __future__ import annotations

import atexit
import logging
import queue
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.outputs import LLMResult

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Piece:
    """Some text of one run of a model.

    Attributes:
        run_id: The run of the model; each has its own, also within one request.
        metadata: What the call gave as `config={"metadata": {...}}`, to tell whose text it is.
        text: The text since the piece before.
        last: Whether the run is over: it ended, failed, or was cancelled.
    """

    run_id: UUID
    metadata: Mapping[str, Any]
    text: str
    last: bool


@dataclass
class _Run:
    metadata: Mapping[str, Any] = field(default_factory=dict)
    # A cancelled `ainvoke` reports no end, but then nothing holds the id of its run any longer.
    held: weakref.ref[UUID] | None = None
    text: str = ""
    streamed: bool = False
    last: bool = False


class TokenBuffer(BaseCallbackHandler):
    """Collect the tokens of each run, and save them in pieces.

    A piece is saved when it is large enough or old enough, and when its run ends, fails or is cancelled.
    Pieces of one run are saved in order.
    What a model that does not stream has said is saved as one piece.

    Args:
        save: Called with each piece, in the buffer's thread. If it raises, that is logged and the piece is lost.
        size: Characters that make a piece large enough.
        seconds: Seconds that make a piece old enough.
    """

    # Otherwise an async stream takes a thread of the default executor for each token.
    run_inline = True

    def __init__(self, save: Callable[[Piece], None], *, size: int = 500, seconds: float = 1.0) -> None:
        self._save = save
        self._size = size
        self._seconds = seconds
        # What happens reaches the thread through the queue, in order; all below the queue belongs to the thread.
        self._events: queue.SimpleQueue[tuple[Callable[[int, Any], None], int, Any] | None] = queue.SimpleQueue()
        self._runs: dict[int, _Run] = {}
        self._due: dict[int, float] = {}
        self._ready: set[int] = set()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def close(self) -> None:
        """Save all that has arrived, and end the thread; done at exit for whoever forgets it."""
        with self._starting:
            if self._thread is not None:
                self._events.put(None)
                self._thread.join()
                self._thread = None
                atexit.unregister(self.close)
        if not self._events.empty():  # A stream went on meanwhile.
            self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def on_chat_model_start(self, *_: Any, **event: Any) -> None:
        self._begins(**event)

    def on_llm_start(self, *_: Any, **event: Any) -> None:
        self._begins(**event)

    def on_llm_new_token(self, token: str | list[Any], *, run_id: UUID, chunk: Any = None, **_: Any) -> None:
        self._put(self._add, run_id.int, token if isinstance(token, str) else chunk.text)

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **_: Any) -> None:
        self._put(self._end, run_id.int, "".join(choices[0].text for choices in response.generations if choices))

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        self._put(self._end, run_id.int, "")

    def _begins(self, *, run_id: UUID, metadata: dict[str, Any] | None = None, **_: Any) -> None:
        key, events = run_id.int, self._events
        held = weakref.ref(run_id, lambda _: events.put((self._end, key, "")))
        self._put(self._begin, key, _Run(metadata or {}, held))

    def _put(self, handle: Callable[[int, Any], None], key: int, value: object) -> None:
        self._events.put((handle, key, value))
        if self._thread is None:
            self._start()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="token-buffer", daemon=True)
                self._thread.start()
                atexit.register(self.close)

    def _begin(self, key: int, run: _Run) -> None:
        self._runs[key] = run

    def _add(self, key: int, text: str) -> None:
        run = self._runs.setdefault(key, _Run())
        run.text += text
        run.streamed = True
        self._due.setdefault(key, time.monotonic() + self._seconds)
        if len(run.text) >= self._size:
            self._ready.add(key)

    def _end(self, key: int, text: str) -> None:
        run = self._runs.get(key)
        if run is not None:
            run.text += "" if run.streamed else text
            run.last = True
            self._ready.add(key)

    def _work(self) -> None:
        going_on = True
        while going_on:
            going_on = self._take_in()
            now = time.monotonic()
            self._ready |= {key for key, due in self._due.items() if due <= now or not going_on}
            self._flush()

    def _take_in(self) -> bool:
        """Handle all events that are there, or wait for one until the oldest text is due; return whether to go on."""
        oldest = next(iter(self._due.values()), None)
        try:
            events = [self._events.get(timeout=None if oldest is None else max(0.0, oldest - time.monotonic()))]
        except queue.Empty:
            return True
        events += [self._events.get() for _ in range(self._events.qsize())]
        for handle, key, value in filter(None, events):
            handle(key, value)
        return None not in events

    def _flush(self) -> None:
        for key in self._ready:
            self._due.pop(key, None)
            run = self._runs[key]
            piece = Piece(UUID(int=key), run.metadata, run.text, run.last)
            run.text = ""
            if run.last:
                del self._runs[key]
            try:
                self._save(piece)
            except Exception:
                log.exception("%d characters of run %s are lost", len(piece.text), piece.run_id)
        self._ready.clear()
