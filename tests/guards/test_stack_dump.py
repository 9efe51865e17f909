from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
import time
from ast import literal_eval
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from langchain_core.prompts import ChatPromptTemplate

from snippets.guards import stack_dump
from unstuck.fakes import Gate, SilentModel

PATIENCE = 60  # Seconds after which a test that hangs fails; what passes does not depend on it.
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGUSR1")

# The grammar of the module's docstring, line by line.
STRING = r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
HEAD = re.compile(rf"(?P<inner>    )?\* (?P<what>Thread|Loop|Task)\((?:name|thread)=({STRING}|None), id=0x[0-9a-f]+\)")
CALL = re.compile(rf"  \|   File {STRING}, line \d+, in (?P<call>(?:async generator |async |generator )?\S.*\(\))")
SECTIONS = ("  + Call stack:", "  + Running in:", "  + Awaited by:")


@dataclass
class Entry:
    """A thread, a loop or a task of a dump; `loop` is the thread of the loop before it."""

    what: str
    name: str
    loop: str
    calls: list[str] = field(default_factory=list)
    running_in: list[str] = field(default_factory=list)
    awaited_by: list[str] = field(default_factory=list)


def parsed(dump: str) -> list[Entry]:
    first, *lines, last = dump.splitlines()
    assert re.fullmatch(rf"Stack dump of process {os.getpid()}, innermost call first", first)
    assert last == "End of stack dump"
    entries: list[Entry] = []
    section = loop = ""
    for line in lines:
        if line in SECTIONS:
            section = line
        elif call := CALL.fullmatch(line):
            assert section == SECTIONS[0]
            entries[-1].calls.append(call["call"])
        else:
            head = HEAD.fullmatch(line)
            assert head, f"not in the grammar: {line!r}"
            name = str(literal_eval(head[3]))
            if head["inner"]:
                (entries[-1].running_in if section == SECTIONS[1] else entries[-1].awaited_by).append(name)
            else:
                loop = name if head["what"] == "Loop" else loop
                entries.append(Entry(head["what"], name, loop))
    return entries


def task(dump: str, name: str) -> Entry:
    (found,) = [entry for entry in parsed(dump) if entry.what == "Task" and entry.name == name]
    return found


def run(main: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(main, PATIENCE))


async def leaf(entered: asyncio.Event) -> None:
    entered.set()
    await asyncio.Event().wait()


async def tokens(entered: asyncio.Event) -> AsyncIterator[str]:
    yield "a"
    await leaf(entered)


class Lazy:
    def __init__(self, entered: asyncio.Event) -> None:
        self.entered = entered

    def __await__(self) -> Generator[Any, Any, None]:
        yield from leaf(self.entered).__await__()


async def awaits_a_coroutine(entered: asyncio.Event) -> None:
    await leaf(entered)


async def reads_a_stream(entered: asyncio.Event) -> None:
    async for _ in tokens(entered):
        pass


async def reads_with_a_default(entered: asyncio.Event) -> None:
    async with aclosing(tokens(entered)) as stream:  # type: ignore[type-var]
        await anext(stream)
        await anext(stream, None)


async def awaits_an_object(entered: asyncio.Event) -> None:
    await Lazy(entered)


@pytest.mark.parametrize(
    ("wait", "between"),
    [
        (awaits_a_coroutine, []),
        (reads_a_stream, ["async generator tokens()"]),
        (reads_with_a_default, ["async generator tokens()"]),
        (awaits_an_object, ["generator Lazy.__await__()"]),
    ],
)
def test_the_chain_goes_down_to_what_the_task_waits_for(
    wait: Callable[[asyncio.Event], Coroutine[Any, Any, None]], between: list[str]
) -> None:
    """Through coroutines, async generators and objects with `__await__`, innermost call first."""

    async def main() -> None:
        entered = asyncio.Event()
        waiting = asyncio.create_task(wait(entered), name="request")
        await entered.wait()
        calls = task(stack_dump.dump(), "request").calls
        assert calls == ["async Event.wait()", "async leaf()", *between, f"async {wait.__name__}()"]
        waiting.cancel()

    run(main())


async def gathers(inner: asyncio.Task[None]) -> None:
    await asyncio.gather(inner, asyncio.sleep(0))


async def waits(inner: asyncio.Task[None]) -> None:
    others = [asyncio.create_task(leaf(asyncio.Event())) for _ in range(9)]
    await asyncio.wait([inner, *others])


async def waits_for(inner: asyncio.Task[None]) -> None:
    await asyncio.wait_for(inner, PATIENCE)


async def awaits_it(inner: asyncio.Task[None]) -> None:
    await inner


async def shares_a_group(inner: asyncio.Task[None]) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(awaits_it(inner), name="member")


@pytest.mark.parametrize(
    ("wait", "waiter"),
    [(awaits_it, "outer"), (gathers, "outer"), (waits, "outer"), (waits_for, "outer"), (shares_a_group, "member")],
)
def test_a_task_names_who_waits_for_it(
    wait: Callable[[asyncio.Task[None]], Coroutine[Any, Any, None]], waiter: str
) -> None:
    """Whether it is awaited directly, in `gather`, `wait`, `wait_for` or in a task group."""

    async def main() -> None:
        entered = asyncio.Event()
        inner = asyncio.create_task(leaf(entered), name="inner")
        outer = asyncio.create_task(wait(inner), name="outer")
        await entered.wait()
        await asyncio.sleep(0)  # `member` begins one round later than `outer`.
        dump = stack_dump.dump()
        assert task(dump, "inner").awaited_by == [waiter]
        if waiter == "member":
            assert task(dump, "member").awaited_by == ["outer"]
        outer.cancel()

    run(main())


def test_a_model_that_is_silent_is_found_below_the_chain() -> None:
    """From the model's own call, over the tasks that LangChain makes, to the reader's function."""

    async def main() -> None:
        model = SilentModel()

        async def answer() -> None:
            await (ChatPromptTemplate.from_template("{text}") | model).ainvoke({"text": "x"})

        request = asyncio.create_task(answer(), name="request")
        await model.calls.entered.opened()
        dump = stack_dump.dump()
        link = next(entry for entry in parsed(dump) if "async FakeModel._agenerate()" in entry.calls)
        calls = link.calls
        while link.awaited_by:
            link = task(dump, link.awaited_by[0])
            calls += link.calls
        wanted = ["async FakeModel._agenerate()", "async BaseChatModel.ainvoke()", "async RunnableSequence.ainvoke()"]
        assert [call for call in calls if call in wanted] == wanted
        assert (link.name, calls[-1].endswith("answer()")) == ("request", True)
        request.cancel()

    run(main())


def test_a_blocked_loop_shows_the_task_and_the_call_that_blocks_it() -> None:
    """Asked from another thread, the dump says in which thread a task runs, and what that thread is doing."""
    blocked, dumps = Gate(), list[str]()

    def block() -> None:
        entered.open()
        blocked.wait()

    def ask() -> None:
        entered.wait()
        dumps.append(stack_dump.dump())
        blocked.open()

    async def main() -> None:
        waiting = asyncio.create_task(leaf(asyncio.Event()), name="waiting")
        await asyncio.sleep(0)
        thread.start()
        block()
        waiting.cancel()

    entered, thread = Gate(), threading.Thread(target=ask, daemon=True)
    asyncio.run(main())
    thread.join(PATIENCE)
    (running,) = [entry for entry in parsed(dumps[0]) if entry.running_in]
    assert running.running_in == ["MainThread"]
    assert running.calls == []
    (main_thread,) = [entry for entry in parsed(dumps[0]) if (entry.what, entry.name) == ("Thread", "MainThread")]
    own = [call for call in main_thread.calls if "test_a_blocked_loop" in call]
    assert [call.rpartition(".")[2] for call in own[:2]] == ["block()", "main()"]
    assert own[1].startswith("async ")
    assert task(dumps[0], "waiting").calls[1] == "async leaf()"


def test_tasks_stand_under_the_loop_that_runs_them() -> None:
    """With a loop in each of several threads, each task stands under its own."""
    ready = threading.Barrier(4)
    done = Gate()

    async def serve(name: str) -> None:
        waiting = asyncio.create_task(leaf(asyncio.Event()), name=f"task of {name}")
        await asyncio.sleep(0)
        await asyncio.to_thread(ready.wait, PATIENCE)
        await done.opened()
        waiting.cancel()

    names = [f"loop {number}" for number in range(3)]
    threads = [
        threading.Thread(target=lambda name=name: asyncio.run(serve(name)), name=name, daemon=True) for name in names
    ]
    for thread in threads:
        thread.start()
    ready.wait(PATIENCE)
    dump = stack_dump.dump()
    done.open()
    for thread in threads:
        thread.join(PATIENCE)
    assert {task(dump, f"task of {name}").loop for name in names} == set(names)
    assert [task(dump, f"task of {name}").loop for name in names] == names
    assert Counter(entry.name for entry in parsed(dump) if entry.what == "Loop") == Counter(names)


def test_it_lists_each_thread_and_task_once_under_load() -> None:
    """1,000 tasks that wait and 20 threads: each is listed once, while other threads start and end tasks."""
    stop, parked = threading.Event(), Gate()
    entered = threading.Barrier(21)

    def park() -> None:
        entered.wait(PATIENCE)
        parked.wait()

    def churn() -> None:
        async def rounds() -> None:
            while not stop.is_set():
                await asyncio.gather(*(asyncio.sleep(0) for _ in range(50)))

        asyncio.run(rounds())

    async def main() -> None:
        threads = [threading.Thread(target=park, name=f"parked {number}", daemon=True) for number in range(20)]
        busy = [threading.Thread(target=churn, name=f"busy {number}", daemon=True) for number in range(2)]
        for thread in threads + busy:
            thread.start()
        tasks = [asyncio.create_task(leaf(asyncio.Event()), name=f"request {number}") for number in range(1000)]
        await asyncio.sleep(0)
        entered.wait(PATIENCE)
        dumps = [parsed(stack_dump.dump()) for _ in range(3)]
        stop.set()
        parked.open()
        for each in tasks:
            each.cancel()
        for thread in threads + busy:
            thread.join(PATIENCE)
        for entries in dumps:
            names = Counter((entry.what, entry.name) for entry in entries)
            assert [names["Task", each.get_name()] for each in tasks] == [1] * 1000
            assert [names["Thread", thread.name] for thread in threads] == [1] * 20
            waiting = [entry for entry in entries if entry.name.startswith("request ")]
            assert {tuple(entry.calls) for entry in waiting} == {("async Event.wait()", "async leaf()")}

    run(main())


def test_its_own_calls_are_not_in_the_way() -> None:
    """The stack of the thread that asks begins with whoever asked."""
    (here,) = [entry for entry in parsed(stack_dump.dump()) if entry.name == threading.current_thread().name]
    assert here.calls[0] == "test_its_own_calls_are_not_in_the_way()"


def test_a_task_that_is_done_is_not_listed() -> None:
    """Only what can still be stuck is in the dump."""

    async def main() -> None:
        done = asyncio.create_task(asyncio.sleep(0), name="done")
        await done
        assert "name='done'" not in stack_dump.dump()

    run(main())


def test_an_error_in_the_dump_does_not_reach_what_the_signal_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written where the dump would be."""

    def fail() -> str:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(stack_dump, "dump", fail)
    reader, writer = os.pipe()
    stack_dump._answer(writer)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        assert pipe.read().endswith("RuntimeError: out of luck\n")


def test_windows_is_told_what_to_do_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has no such signal; there `write` is called from an endpoint."""
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(OSError, match=r"call stack_dump\.write\(\)"):
        stack_dump.install()


STUCK = """
import asyncio, sys, threading
sys.path.insert(0, {folder!r})
import stack_dump
stack_dump.install({arguments})

def block():
    print("stuck", flush=True)
    threading.Event().wait()

async def main():
    waiting = asyncio.create_task(asyncio.Event().wait(), name="waiting")
    await asyncio.sleep(0)
    block()

asyncio.run(main())
"""

SPINNING = """
import re, sys, threading
sys.path.insert(0, {folder!r})
import stack_dump
stack_dump.install()

pattern = re.compile(r"(a+)+$")

def match():
    print("stuck", flush=True)
    pattern.match("a" * 60 + "b")

threading.Thread(target=match).start()
"""

COMPUTING = """
import re, sys, threading
sys.path.insert(0, {folder!r})
import stack_dump
stack_dump.install(path={path!r})

def compute():
    print("stuck", flush=True)
    while True:
        re.purge()
        re.compile("(a+)+$")

threading.Thread(target=compute, daemon=True).start()
threading.Event().wait()
"""


@contextmanager
def stuck(program: str, **values: str) -> Generator[subprocess.Popen[str]]:
    folder = str(Path(stack_dump.__file__).parent)
    command = [sys.executable, "-c", program.format(folder=folder, **values)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout
        try:
            assert child.stdout.readline() == "stuck\n"
            yield child
        finally:
            child.kill()


def ask(child: subprocess.Popen[str], signum: int, done: Callable[[], bool]) -> None:
    """Send the signal until it is answered: one that comes as the thread falls asleep is not noticed."""
    deadline = time.monotonic() + PATIENCE
    while not done() and time.monotonic() < deadline:
        child.send_signal(signum)
        time.sleep(0.05)


@needs_signals
def test_a_signal_gets_the_dump_while_the_loop_is_blocked(tmp_path: Path) -> None:
    """`kill -USR1` appends to the file, with the thread that blocks and the task that waits."""
    path = tmp_path / "dump.txt"
    with stuck(STUCK, arguments=f"path={str(path)!r}") as child:
        ask(child, signal.SIGUSR1, lambda: "End of stack dump" in path.read_text())
    dump = path.read_text()
    assert "in block()\n" in dump
    assert "* Task(name='waiting', " in dump
    assert oct(path.stat().st_mode)[-3:] == "600"


@needs_signals
def test_the_signals_are_the_callers_choice(tmp_path: Path) -> None:
    """Gunicorn and celery need the usual two themselves."""
    path = tmp_path / "dump.txt"
    with stuck(STUCK, arguments=f"signum=1, c_signum=14, path={str(path)!r}") as child:
        ask(child, signal.SIGHUP, lambda: "End of stack dump" in path.read_text())
        ask(child, signal.SIGALRM, lambda: "(most recent call first)" in path.read_text())
        assert child.poll() is None


@needs_signals
def test_the_second_signal_is_answered_while_c_code_holds_the_interpreter(tmp_path: Path) -> None:
    """A regular expression in a worker thread keeps Python's signal handlers out, but not faulthandler's."""
    lines: list[str] = []

    def in_the_expression(times: int) -> bool:
        return sum("in match\n" in line for line in list(lines)) >= times

    with stuck(SPINNING) as child:
        reader = threading.Thread(target=lambda: lines.extend(iter(child.stderr.readline, "")))  # type: ignore[union-attr]
        reader.start()
        ask(child, signal.SIGUSR2, lambda: in_the_expression(2))
        child.send_signal(signal.SIGUSR1)
        ask(child, signal.SIGUSR2, lambda: in_the_expression(4))
    reader.join(PATIENCE)
    assert in_the_expression(4)
    assert not any(line.startswith("Stack dump") for line in lines)


@needs_signals
def test_the_second_signal_can_end_a_process_that_computes_in_python() -> None:
    """So the module and the page warn of it, and call for py-spy; a Python in which this fails needs no warning."""
    with stuck(COMPUTING, path=os.devnull) as child:
        ask(child, signal.SIGUSR2, lambda: child.poll() is not None)
    assert child.returncode in {-signal.SIGSEGV, -signal.SIGBUS}


def test_an_object_that_lies_about_its_class_does_not_stop_it() -> None:
    """The search for tasks asks no object anything: proxies and mocks run code when they are asked."""

    class Proxy:
        @property
        def __class__(self) -> type:
            raise RuntimeError("no request is being handled")

        @__class__.setter
        def __class__(self, _: type) -> None: ...

    proxy = Proxy()
    assert stack_dump.dump().endswith("End of stack dump\n")
    assert type(proxy) is Proxy
