from __future__ import annotations

import asyncio
import logging
import os
import queue
import selectors
import sys
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel

from snippets.guards import loop_watchdog
from snippets.guards.loop_watchdog import Block, LoopWatchdog
from unstuck.fakes import Gate, GatedModel

PATIENCE = 60  # Seconds after which a test that hangs fails; what passes does not depend on it.


def run(main: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(main, PATIENCE))


def ignore(block: Block, seconds: float) -> None:
    pass


def watchdogs() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "loop-watchdog"]


class Reports:
    """What the watchdog reports; `wait` blocks until there is one more."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.released: list[tuple[Block, float]] = []
        self._one_more = threading.Semaphore(0)

    def block(self, block: Block) -> None:
        self.blocks.append(block)
        self._one_more.release()

    def release(self, block: Block, seconds: float) -> None:
        self.released.append((block, seconds))

    def wait(self) -> bool:
        return self._one_more.acquire(timeout=PATIENCE)

    def watchdog(self, threshold: float = 0.1) -> LoopWatchdog:
        return LoopWatchdog(threshold=threshold, interval=0.001, on_block=self.block, on_release=self.release)


def test_it_names_the_line_while_the_loop_is_blocked() -> None:
    """The loop is blocked until the report is there: it cannot have come afterwards."""
    reports = Reports()

    async def answer() -> None:
        assert reports.wait()

    async def main() -> None:
        async with reports.watchdog():
            await answer()

    run(main())
    (block,) = reports.blocks
    assert block.line.startswith(f"{__file__}:")
    assert block.line.endswith("in wait: return self._one_more.acquire(timeout=PATIENCE)")
    assert [call.name for call in block.stack if call.filename == __file__][-3:] == ["main", "answer", "wait"]
    assert block.seconds >= 0.1


def test_it_names_the_readers_line_and_not_the_librarys() -> None:
    """A sync `invoke` in a coroutine: the line of the service, not one of LangChain's."""
    gate, reports = Gate(), list[Block]()
    model: BaseChatModel = GatedModel("done", gate)

    def report(block: Block) -> None:
        reports.append(block)
        gate.open()

    async def main() -> None:
        async with LoopWatchdog(threshold=0.1, on_block=report, on_release=ignore):
            await asyncio.sleep(0)
            model.invoke("x")

    run(main())
    own = [call for call in reports[0].stack if call.filename == __file__][-1]
    assert own.line == 'model.invoke("x")'
    assert "langchain_core" in "".join(call.filename for call in reports[0].stack)


def test_a_selector_of_ones_own_is_a_block() -> None:
    """`subprocess.run` waits in the selector that an idle loop waits in, and blocks it all the same."""
    reader, writer = os.pipe()
    reports = list[Block]()

    def report(block: Block) -> None:
        reports.append(block)
        os.write(writer, b"x")

    async def main() -> None:
        async with LoopWatchdog(threshold=0.1, on_block=report, on_release=ignore):
            with selectors.DefaultSelector() as selector:
                selector.register(reader, selectors.EVENT_READ)
                assert selector.select(PATIENCE)

    run(main())
    os.close(reader)
    os.close(writer)
    assert reports[0].line.endswith("in main: assert selector.select(PATIENCE)")


class Queue(queue.SimpleQueue[Any]):
    """A queue that tells when somebody begins to wait without a timeout."""

    for_good = threading.Event()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: FBT001, FBT002
        if timeout is None:
            self.for_good.set()
        return super().get(block, timeout)


def test_a_block_is_reported_once_however_long_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Having reported, the watchdog waits for the loop, without a timeout."""
    reports = Reports()
    monkeypatch.setattr(Queue, "for_good", threading.Event())
    monkeypatch.setattr(queue, "SimpleQueue", Queue)

    async def main() -> None:
        async with reports.watchdog():
            assert reports.wait()
            assert Queue.for_good.wait(PATIENCE)

    run(main())
    assert len(reports.blocks) == 1


def test_it_tells_how_long_the_loop_was_blocked() -> None:
    """When the loop runs again, `on_release` gets the same block, and more seconds than `on_block` had."""
    reports, released = Reports(), Gate()

    def release(block: Block, seconds: float) -> None:
        reports.release(block, seconds)
        released.open()

    async def main() -> None:
        async with LoopWatchdog(threshold=0.1, on_block=reports.block, on_release=release):
            assert reports.wait()
            await released.opened()

    run(main())
    ((block, seconds),) = reports.released
    assert block is reports.blocks[0]
    assert seconds >= block.seconds


def test_an_idle_loop_is_never_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even when every sign of life comes late, as on a machine that is short of CPU."""
    looks, enough, reports = 0, threading.Event(), Reports()
    look = loop_watchdog._look

    def counted(*args: Any) -> Block | None:
        nonlocal looks
        looks += 1
        if looks == 500:
            enough.set()
        return look(*args)

    def watch(loop: asyncio.AbstractEventLoop, done: asyncio.Event) -> None:
        main_waits: queue.SimpleQueue[None] = queue.SimpleQueue()
        loop.call_soon_threadsafe(main_waits.put, None)
        main_waits.get()
        watchdog = LoopWatchdog(threshold=0, interval=0, on_block=reports.block, on_release=reports.release)
        watchdog.watch(loop)
        enough.wait(PATIENCE)
        watchdog.stop()
        loop.call_soon_threadsafe(done.set)

    async def main() -> None:
        done = asyncio.Event()
        threading.Thread(target=watch, args=(asyncio.get_running_loop(), done)).start()
        await done.wait()

    monkeypatch.setattr(loop_watchdog, "_look", counted)
    run(main())
    assert looks >= 500
    assert reports.blocks == []


def test_it_watches_a_loop_that_does_not_run_yet() -> None:
    """A loop that does not run is not blocked; once it runs, it is watched."""
    reports, loop = Reports(), asyncio.new_event_loop()
    watchdog = reports.watchdog()
    watchdog.watch(loop)
    try:
        loop.call_soon(reports.wait)
        loop.run_until_complete(asyncio.sleep(0))
    finally:
        watchdog.stop()
        loop.close()
    assert [block.line.rpartition(" in ")[2].partition(":")[0] for block in reports.blocks] == ["wait"]


def test_a_loop_that_has_stopped_is_not_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What its thread does between two runs of the loop is no concern of the loop's."""
    looks, reports, loop = threading.Semaphore(0), Reports(), asyncio.new_event_loop()
    look = loop_watchdog._look

    def counted(*args: Any) -> Block | None:
        found = look(*args)
        looks.release()
        return found

    monkeypatch.setattr(loop_watchdog, "_look", counted)
    watchdog = LoopWatchdog(threshold=0.01, interval=0, on_block=reports.block)
    watchdog.watch(loop)
    try:
        loop.run_until_complete(asyncio.sleep(0.01))
        for _ in range(3):
            assert looks.acquire(timeout=PATIENCE)
    finally:
        watchdog.stop()
        loop.close()
    assert reports.blocks == []


def test_its_own_steps_are_no_block() -> None:
    """To start, to stop and to give the sign of life takes time on a machine that is short of CPU."""
    seen = list[bool]()
    loop_watchdog._call(lambda: seen.append(loop_watchdog._idle(sys._getframe())))
    seen.append(loop_watchdog._idle(sys._getframe()))
    assert seen == [True, False]


def test_nothing_is_left_when_it_stops() -> None:
    """After `async with` its thread is gone."""

    async def main() -> None:
        async with LoopWatchdog():
            assert len(watchdogs()) == 1
        assert watchdogs() == []

    run(main())


def test_it_stops_while_the_loop_is_blocked() -> None:
    """Another thread can stop it although the loop gives no sign of life."""
    reports = Reports()
    watchdog = reports.watchdog()

    async def main() -> None:
        watchdog.watch(asyncio.get_running_loop())
        assert reports.wait()
        stopper = threading.Thread(target=watchdog.stop)
        stopper.start()
        stopper.join(PATIENCE)
        assert watchdogs() == []

    run(main())
    assert reports.released == []


def test_its_thread_ends_with_the_loop() -> None:
    """Whoever forgets to stop it gets no thread that lives on after the loop is closed."""

    async def main() -> None:
        LoopWatchdog(interval=0.001).watch(asyncio.get_running_loop())

    run(main())
    for thread in watchdogs():
        thread.join(PATIENCE)
    assert watchdogs() == []


def test_it_watches_one_loop() -> None:
    """To watch a second loop takes a second watchdog."""

    async def main() -> None:
        async with LoopWatchdog() as watchdog:
            with pytest.raises(RuntimeError, match="watches one loop"):
                watchdog.watch(asyncio.get_running_loop())

    run(main())


def test_a_callback_that_fails_does_not_end_the_watch(caplog: pytest.LogCaptureFixture) -> None:
    """Its error is logged, and the next block is reported."""
    reports, released = Reports(), queue.SimpleQueue[None]()

    def fail(block: Block) -> None:
        reports.block(block)
        raise ConnectionError("no alerting today")

    async def main() -> None:
        async with LoopWatchdog(threshold=0.1, interval=0.001, on_block=fail, on_release=lambda *_: released.put(None)):
            for _ in range(2):
                assert reports.wait()
                await asyncio.to_thread(partial(released.get, timeout=PATIENCE))

    run(main())
    assert [record.exc_info and record.exc_info[0] for record in caplog.records][:2] == [ConnectionError] * 2


def test_it_logs_unless_told_otherwise(caplog: pytest.LogCaptureFixture) -> None:
    """By default the line and the stack are logged at once, and the length afterwards."""
    logged = Gate()

    class Opens(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            logged.open()

    def block() -> None:
        logged.wait()

    async def main() -> None:
        async with LoopWatchdog(threshold=0.1, interval=0.001):
            block()
            await asyncio.to_thread(released.wait, PATIENCE)

    released = threading.Event()
    caplog.set_level(logging.WARNING, loop_watchdog.__name__)  # Whatever another test has set for all loggers.
    handler, after = Opens(), Tells("runs again", released)
    loop_watchdog.log.addHandler(handler)
    loop_watchdog.log.addHandler(after)
    try:
        run(main())
    finally:
        loop_watchdog.log.removeHandler(handler)
        loop_watchdog.log.removeHandler(after)
    first, second = [record.getMessage() for record in caplog.records]
    assert first.startswith("event loop blocked for 0.")
    assert "in main\n    block()\n" in first
    assert second.startswith("event loop runs again after ")


class Tells(logging.Handler):
    def __init__(self, text: str, event: threading.Event) -> None:
        super().__init__()
        self.text, self.event = text, event

    def emit(self, record: logging.LogRecord) -> None:
        if self.text in record.getMessage():
            self.event.set()


def test_it_keeps_loops_apart_under_load() -> None:
    """Four loops at once, ten blocks each: every block is reported, by its own watchdog, and then its release."""

    async def serve(reports: Reports, block: Callable[[], bool]) -> None:
        async with reports.watchdog(threshold=0.02):
            for number in range(10):
                assert block()
                while len(reports.released) <= number:  # noqa: ASYNC110  # The watchdog's thread fills it.
                    await asyncio.sleep(0.001)

    def block_of(name: str, reports: Reports) -> Callable[[], bool]:
        scope: dict[str, Any] = {"reports": reports}
        exec(compile(f"def {name}():\n    return reports.wait()\n", f"/srv/{name}.py", "exec"), scope)  # noqa: S102
        function: Callable[[], bool] = scope[name]
        return function

    services = {f"service_{number}": Reports() for number in range(4)}
    threads = [
        threading.Thread(target=run, args=(serve(reports, block_of(name, reports)),))
        for name, reports in services.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    for name, reports in services.items():
        assert len(reports.blocks) >= 10
        assert [block for block, _ in reports.released] == reports.blocks
        files = {call.filename for block in reports.blocks for call in block.stack}
        assert {path for path in files if path.startswith("/srv/")} == {f"/srv/{name}.py"}
