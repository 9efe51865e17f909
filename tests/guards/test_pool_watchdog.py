from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from langchain_core.runnables import RunnableLambda

from snippets.guards.pool_watchdog import Full, PoolWatchdog, log_full

PATIENCE = 60  # Seconds after which a test that hangs fails; what passes does not depend on it.
THREADS = 3


def run(main: Coroutine[Any, Any, None], *shelves: Shelf) -> None:
    async def bounded() -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
        try:
            await asyncio.wait_for(main, PATIENCE)
        finally:
            for shelf in shelves:  # The end of the loop waits for the threads.
                shelf.gate.set()

    asyncio.run(bounded())


class Reports:
    """What the watchdog reports; `full` and `free` are set by the first report of their kind."""

    def __init__(self) -> None:
        self.fulls: list[Full] = []
        self.freed: list[tuple[Full, float]] = []
        self.full, self.free = asyncio.Event(), asyncio.Event()

    def on_full(self, full: Full) -> None:
        self.fulls.append(full)
        self.full.set()

    def on_free(self, full: Full, seconds: float) -> None:
        self.freed.append((full, seconds))
        self.free.set()

    def watchdog(self, threshold: float = 0.05) -> PoolWatchdog:
        return PoolWatchdog(threshold, interval=0.001, on_full=self.on_full, on_free=self.on_free)


class Shelf:
    """A synchronous step that holds its thread until the gate is open."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.step = RunnableLambda(self.count)

    def count(self, book: str) -> str:
        self.gate.wait(PATIENCE)
        return book

    def held_by(self, readers: int) -> list[asyncio.Task[str]]:
        return [asyncio.create_task(self.step.ainvoke("x")) for _ in range(readers)]


def test_it_names_the_lines_that_hold_the_threads() -> None:
    """Each thread of a full pool stands at a line of the reader's own code."""
    shelf = Shelf()

    async def main() -> None:
        reports, readers = Reports(), shelf.held_by(THREADS)
        async with reports.watchdog():
            await reports.full.wait()
            shelf.gate.set()
            await asyncio.gather(*readers)
        (full,) = reports.fulls
        ((line, count),) = full.lines.items()
        assert line.startswith(f"{__file__}:")
        assert line.endswith("in count: self.gate.wait(PATIENCE)")
        assert count == THREADS
        assert full.seconds >= 0.05

    run(main(), shelf)


def test_it_tells_once_how_long_a_step_had_to_wait() -> None:
    """However long the pool is full, there is one report, and one when a thread is free."""
    shelf = Shelf()

    async def main() -> None:
        reports, readers = Reports(), shelf.held_by(2 * THREADS)
        async with reports.watchdog():
            await reports.full.wait()
            await asyncio.sleep(0.2)
            shelf.gate.set()
            await asyncio.gather(*readers)
            await reports.free.wait()
        assert len(reports.fulls) == 1
        ((full, seconds),) = reports.freed
        assert full is reports.fulls[0]
        assert seconds >= full.seconds + 0.2

    run(main(), shelf)


def test_one_free_thread_is_enough() -> None:
    """A pool that still answers is not reported, however long its other threads are held."""
    shelf, asked = Shelf(), []

    async def main() -> None:
        reports, readers = Reports(), shelf.held_by(THREADS - 1)
        loop = asyncio.get_running_loop()
        hand_over = loop.run_in_executor

        def counted(*args: Any) -> Any:
            asked.append(args)
            return hand_over(*args)

        loop.run_in_executor = counted  # type: ignore[method-assign, assignment]
        async with reports.watchdog(threshold=PATIENCE):
            while len(asked) < 50:  # noqa: ASYNC110  # The watchdog fills it.
                await asyncio.sleep(0)
        shelf.gate.set()
        await asyncio.gather(*readers)
        assert reports.fulls == []

    run(main())


def test_nothing_is_left_when_it_stops() -> None:
    """Neither its task nor an open question stays, although the pool is still full."""
    shelf = Shelf()

    async def main() -> None:
        reports, readers = Reports(), shelf.held_by(THREADS)
        async with reports.watchdog():
            await reports.full.wait()
        assert [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "pool-watchdog"] == []
        pool = asyncio.get_running_loop()._default_executor  # type: ignore[attr-defined]
        assert pool._work_queue.get_nowait().future.cancelled()
        shelf.gate.set()
        await asyncio.gather(*readers)
        assert reports.freed == []

    run(main(), shelf)


def test_it_ends_when_the_pool_is_shut_down() -> None:
    """There is nothing left to watch, and no error."""

    async def main() -> None:
        async with PoolWatchdog(interval=0.001) as watchdog:
            await asyncio.get_running_loop().shutdown_default_executor()
            assert watchdog._task is not None
            await asyncio.wait([watchdog._task])
            assert watchdog._task.exception() is None

    run(main())


def test_it_watches_one_loop() -> None:
    """To watch a second time takes a second watchdog."""

    async def main() -> None:
        async with PoolWatchdog() as watchdog:
            with pytest.raises(RuntimeError, match="already watches"):
                await watchdog.__aenter__()

    run(main())


def test_a_callback_that_fails_does_not_end_the_watch(caplog: pytest.LogCaptureFixture) -> None:
    """Its error is logged, and the next full pool is reported."""

    async def main() -> None:
        reports = Reports()

        def fail(full: Full) -> None:
            reports.on_full(full)
            raise ConnectionError("no alerting today")

        async with PoolWatchdog(0.05, interval=0.001, on_full=fail, on_free=reports.on_free):
            for _ in range(2):
                reports.full.clear()
                shelf = Shelf()
                readers = shelf.held_by(THREADS)
                await reports.full.wait()
                shelf.gate.set()
                await asyncio.gather(*readers)
        assert len(reports.fulls) == 2

    run(main())
    assert [record.exc_info and record.exc_info[0] for record in caplog.records] == [ConnectionError] * 2


def test_it_logs_unless_told_otherwise(caplog: pytest.LogCaptureFixture) -> None:
    """By default the lines are logged while the pool is full, and the seconds afterwards."""
    shelf = Shelf()
    full, free = threading.Event(), threading.Event()

    class Tells(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            (full if "no thread" in record.getMessage() else free).set()

    async def main() -> None:
        readers = shelf.held_by(THREADS)
        async with PoolWatchdog(threshold=0.05, interval=0.001):
            while not full.is_set():  # noqa: ASYNC110  # A handler sets it.
                await asyncio.sleep(0.001)
            shelf.gate.set()
            await asyncio.gather(*readers)
            while not free.is_set():  # noqa: ASYNC110
                await asyncio.sleep(0.001)

    caplog.set_level(logging.WARNING, log_full.__module__)  # Whatever another test has set for all loggers.
    logger, handler = logging.getLogger(log_full.__module__), Tells()
    logger.addHandler(handler)
    try:
        run(main(), shelf)
    finally:
        logger.removeHandler(handler)
    first, second = [record.getMessage() for record in caplog.records]
    assert first.startswith("no thread of the pool was free for 0.")
    assert f"\n  {THREADS} at {__file__}:" in first
    assert second.startswith("the pool has a free thread again, after ")
