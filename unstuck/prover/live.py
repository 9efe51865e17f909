"""Runs one program as it is, in real time, and tells again and again where it stands: the other side of `unstuck.live`.

A thread writes a line of JSON, a `Look`, every `LOOK` seconds, and the stacks when it is asked for them on the
standard input. A scenario that is an `async def` stands for a server: its event loop runs on after the answer.
"""

from __future__ import annotations

import _thread
import asyncio
import faulthandler
import inspect
import json
import os
import select
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from unstuck.fakes import on_call
from unstuck.prover import dumps, kernel, network, process, scenarios
from unstuck.prover.frames import Place
from unstuck.prover.reader import Reader
from unstuck.prover.silence import FAULT

LOOK = 0.2  # seconds


@dataclass(frozen=True)
class Look:
    """What the process does at one moment.

    `moves` tells that a thread has run since the last look. Where none has, `wakes` is the number of seconds within
    which one will by itself, and None says that none ever will. `cpu` is the share of a processor that it uses.
    """

    places: list[Place] = field(default_factory=list)
    moves: bool = True
    wakes: float | None = None
    cpu: float = 0.0
    calls: int = 0


class Live:
    """The program of this process; reports go to a descriptor."""

    def __init__(self, program: str, report: int) -> None:
        self._source = Path(program).read_text(encoding="utf-8")
        self._program, self._report = program, report
        self._reader = Reader(program, self._source)
        self._lock = threading.Lock()
        self._calls = 0

    def run(self, proof: str, scenario: str) -> None:
        """Play a scenario of a proof, say what it returned, and leave as Python leaves."""
        on_call.append(self._count)
        played = vars(_module("unstuck_proof", proof, Path(proof).read_text(encoding="utf-8")))[scenario]
        given = scenarios.given(played)
        _thread.start_new_thread(self._watch, ())
        self._say({"begins": os.getpid()})
        value = played(_module("program", self._program, self._source), **given)
        if not inspect.iscoroutine(value):
            self._say({"value": value})
            return
        with asyncio.Runner() as runner:
            self._say({"value": runner.run(value)})
            runner.run(_tasks_end())

    def _count(self) -> None:
        self._calls += 1

    def _say(self, what: dict[str, Any]) -> None:
        line = json.dumps({"at": time.monotonic(), **what}, default=repr).encode() + b"\n"
        with self._lock:
            while line:
                line = line[os.write(self._report, line) :]

    def _watch(self) -> None:
        me, native = threading.get_ident(), threading.get_native_id()
        before: kernel.Rest | None = None
        cpu = kernel.cpu_seconds(os.getpid())
        while True:
            asked, _, _ = select.select([0], [], [], LOOK)
            if asked:
                os.read(0, 1)
                self._say({"dump": dumps.tasks()})
            now, used = kernel.at_rest(except_for=native), kernel.cpu_seconds(os.getpid())
            moves = now is None or before is None or now.keys() != before.keys()
            wakes = min((wait for wait in (now or {}).values() if wait is not None), default=None)
            look = Look(self._reader.places(me), moves, wakes, (used - cpu) / LOOK, self._calls)
            self._say({"look": asdict(look)})
            before, cpu = now, used


async def _tasks_end() -> None:
    while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(tasks)


def _module(name: str, path: str, source: str) -> ModuleType:
    module = scenarios.module(name, path)
    exec(compile(source, path, "exec", dont_inherit=True), vars(module))
    return module


if __name__ == "__main__":
    process.die_with_parent()
    process.limit()
    network.install()
    report, fault = map(int, sys.argv[4:])
    faulthandler.register(FAULT, file=fault, all_threads=True)
    Live(sys.argv[2], report).run(sys.argv[1], sys.argv[3])
