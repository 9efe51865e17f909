"""Runs one program under one scenario in this process, and reports once how it ended.

A scenario is a function of a proof file, usually `drive`. It gets the program, a module, and a provider if it has a
parameter of that name; it plays the program's users and returns what they get. The answer is there when it returns.
A proof whose users do much may set `CALLS` (of fakes) and `CPU` (seconds in one stretch); a program that goes beyond
is one that goes on and on.

- An `async def` runs on an event loop that stands for a server's: when the answer is there, the loop goes on until
  nothing moves without time passing, and is closed only then. A task that is still there lingers.
- A plain function stands for a script. An `asyncio.run` inside it cancels the tasks that are left, as it always does;
  they are named in `left`. If it cannot close its loop, the program lingers too: its result was there.

After that the interpreter is shut down as usual: threads that are not daemons are joined, exit functions are called.
"""

from __future__ import annotations

import _thread
import asyncio
import atexit
import contextlib
import faulthandler
import gc
import inspect
import io
import json
import mmap
import os
import random
import sys
import sysconfig
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from types import ModuleType
from typing import Any, NoReturn

from unstuck.fakes import on_call
from unstuck.fakes.otherwise import answer_otherwise
from unstuck.prover import clock, dumps, fence, network, process, scenarios, waits
from unstuck.prover.frames import Place, thread_stack, traceback_stack
from unstuck.prover.leftovers import Leftovers
from unstuck.prover.lost import Lost
from unstuck.prover.observer import CALLS, Observer
from unstuck.prover.reader import Reader
from unstuck.prover.run import HOLDS, End, Request, Run
from unstuck.prover.silence import FAULT
from unstuck.prover.spin import CPU, CPU_TO_CAPTURE

OUTPUT = 20_000  # characters
LATE = 1.0  # virtual seconds that the exit of a process is allowed

_real_sleep = time.sleep
_real_monotonic = time.monotonic


class BadProof(Exception):
    """The proof cannot be carried out."""


class Child:
    def __init__(self, request: Request, bound: list[clock.Binding], report: int, beat: int, fault: int) -> None:
        self._request, self._pipe, self._bound = request, report, bound
        self._pid = os.getpid()
        self._once = _thread.allocate_lock()
        self._run = Run(end="broke off")
        self._reader = Reader(request.program, request.source)
        self._lost = Lost(self._reader)
        self._leftovers = Leftovers(self._reader)
        self._run.pauses = self._lost.pauses
        self._observer = Observer(self._reader, self._run, mmap.mmap(beat, 8), self._stop)
        self._output = os.memfd_create("output")
        self._runner: asyncio.Runner | None = None
        faulthandler.register(FAULT, file=fault, all_threads=True)

    def run(self) -> None:
        """Run the program to its end and report; never return."""
        os.chdir(self._request.folder)
        os.environ |= {"HOME": self._request.folder, "TMPDIR": self._request.folder}
        tempfile.tempdir = None
        sys.dont_write_bytecode = True
        if not any(name.startswith("COVERAGE_") for name in os.environ):  # which writes beside the sources
            fence.files(self._request.folder)
        self._redirect_output()
        self._prepare()
        try:
            self._run.value = self._drive()
        except BadProof as problem:
            self._claim_report()
            self._report("broke off", str(problem))
        except BaseException as error:
            self._end_fork(1)
            self._raised(error)
        self._end_fork(0)
        self._answer()

    def _prepare(self) -> None:
        gc.disable()  # when it would run depends on everything in the process, the observer included
        self._lost.watch()
        self._leftovers.watch()
        random.seed(0)
        for name in ("cpu_count", "process_cpu_count"):  # thread pools ask the second one from Python 3.13 on
            setattr(os, name, lambda: 2)
        network.install()
        if self._request.otherwise:
            answer_otherwise()
        waits.install(self._bound)
        on_call.append(self._observer.count_call)
        os.register_at_fork(after_in_child=on_call.clear)
        self._started = _real_monotonic()
        self._observer.start()

    def _drive(self) -> Any:
        proof = scenarios.module("unstuck_proof", self._request.proof)
        exec(compile(self._request.scenario_source, self._request.proof, "exec", dont_inherit=True), vars(proof))
        captures = vars(proof).get("CAPTURES", {})
        scenario = {**vars(proof), **captures}.get(self._request.scenario)
        if not callable(scenario):
            raise BadProof(f"{self._request.proof} has no function `{self._request.scenario}`")
        given = scenarios.given(scenario)
        self._observer.calls = getattr(proof, "CALLS", CALLS)
        self._observer.cpu = CPU_TO_CAPTURE if self._request.scenario in captures else getattr(proof, "CPU", CPU)
        value = scenario(self._load_program(), **given)
        if inspect.iscoroutine(value):
            self._runner = asyncio.Runner()
            value = self._runner.run(value)
        return _told(value)

    def _load_program(self) -> ModuleType:
        program = scenarios.module(waits.PROGRAM, self._request.program)
        vars(program).update(self._observer.loops.names())
        exec(self._observer.loops.compile(self._request.source, self._request.program), vars(program))
        self._observer.loaded = True
        return program

    def _answer(self) -> None:
        """Let what is under way settle, see what is left, then leave as the interpreter does."""
        self._run.seconds = clock.CLOCK.now
        self._settle()
        self._observer.answered = True
        self._run.lost = self._lost.lines()
        left = self._leftovers.now()
        self._run.left = [*self._leftovers.cancelled, *(text for text, _ in left)]
        self._run.places = [place for _, place in left if place]
        if left:
            self._dump()
        if self._runner:
            self._runner.close()
        late = self._exit()
        still = ", ".join(text for text, _ in left)
        why = still and f"still there when the answer is: {still}"
        self._claim_report()
        self._report("lingers" if left or late else "answered", why or late)

    def _exit(self) -> str:
        """Shut the interpreter down, and say what it waited for if that took long."""
        joined, before = self._leftovers.joined(), clock.CLOCK.now
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        seconds = clock.CLOCK.now - before
        if seconds < LATE or not joined:
            return ""
        waited = [text for text, _ in joined]
        self._run.left += waited
        self._run.places = self._run.places or [place for _, place in joined]
        return f"{HOLDS} {seconds:.0f} s for {', '.join(waited)}"

    def _settle(self) -> None:
        if self._runner:
            self._runner.run(self._settled())
        else:
            lock = _thread.allocate_lock()
            lock.acquire()
            self._observer.call_when_settled(lock.release)
            lock.acquire()

    async def _settled(self) -> None:
        settled, loop = asyncio.Event(), asyncio.get_running_loop()
        self._observer.call_when_settled(lambda: loop.call_soon_threadsafe(settled.set))
        await settled.wait()

    def _raised(self, error: BaseException) -> None:
        lost = self._lost.lines()
        self._claim_report()
        self._run.seconds = clock.CLOCK.now
        self._run.error = _portable("".join(traceback.format_exception_only(error)).strip())
        self._run.dumps["traceback"] = "".join(traceback.format_exception(error))
        self._run.places = list(self._raising_places(error))
        self._run.lost = lost
        if self._run.places:
            self._report("raised")
        self._report("broke off", f"no line of the program had a part in it: {self._run.dumps['traceback']}")

    def _raising_places(self, error: BaseException) -> Iterator[Place]:
        if isinstance(error, SyntaxError) and error.filename == self._request.program:
            yield Place(error.lineno or 1, "<module>", self._reader.text(error.lineno or 1), "thread")
        if place := self._reader.place(traceback_stack(error.__traceback__), "thread"):
            yield place
        if isinstance(error, BaseExceptionGroup):
            for inner in error.exceptions:
                yield from self._raising_places(inner)

    def _stop(self, end: End, why: str, places: list[Place]) -> None:
        """End the run of a program that does not end by itself."""
        self._claim_report()
        self._run.places = places or (
            [place for _, place in self._leftovers.joined()] if self._observer.answered else []
        )
        self._dump(tasks=end == "stuck")
        if not self._observer.answered:
            self._run.seconds = clock.CLOCK.now
        self._report("lingers" if end in {"stuck", "spun"} and self._has_result() else end, why)

    def _has_result(self) -> bool:
        """Tell whether the scenario has returned, or its `asyncio.run` has the result and cannot close its loop."""
        main = threading.main_thread().ident or 0
        closing = any(frame.f_code is _CLOSE for frame, _ in thread_stack(sys._current_frames().get(main)))
        handled = sys._current_exceptions().get(main)  # on Python 3.11 a triple of None when there is none
        return self._observer.answered or (closing and handled in {None, (None, None, None)})

    def _dump(self, *, tasks: bool = True) -> None:
        self._run.dumps["faulthandler"] = dumps.threads()
        if tasks and (text := dumps.tasks()):
            self._run.dumps["tasks"] = text

    def _end_fork(self, status: int) -> None:
        """End a process that the program has forked, and which has come back here."""
        if os.getpid() != self._pid:
            threading._shutdown()  # type: ignore[attr-defined]
            atexit._run_exitfuncs()
            os._exit(status)

    def _claim_report(self) -> None:
        """Leave the report to the first thread that comes to an end; hold every other one."""
        if not self._once.acquire(blocking=False):
            while True:
                _real_sleep(3600)

    def _report(self, end: End, why: str = "") -> NoReturn:
        """Send the report and end the process at once, whatever hangs in it."""
        run = self._run
        run.end, run.why = end, why
        run.real_seconds = round(_real_monotonic() - self._started, 3)
        run.round(1 if self._observer.rough else 3)
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        run.output = self._captured()
        data = run.to_json().encode() + b"\n"
        process.kill_descendants()  # after that, what has waited for them goes on
        while data:
            data = data[os.write(self._pipe, data) :]
        os._exit(0)

    def _captured(self) -> str:
        text = os.pread(self._output, OUTPUT, 0).decode(errors="replace")
        rest = os.fstat(self._output).st_size - OUTPUT
        return text if rest <= 0 else f"{text}\n({rest:,} bytes more)\n"

    def _redirect_output(self) -> None:
        null = os.open(os.devnull, os.O_RDONLY)
        for target, source in ((0, null), (1, self._output), (2, self._output)):
            os.dup2(source, target)
        for name, number in (("stdout", 1), ("stderr", 2)):
            stream = io.TextIOWrapper(os.fdopen(number, "wb", 0, closefd=False), "utf-8", write_through=True)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


_CLOSE = asyncio.Runner.close.__code__


def _told(value: Any) -> Any:
    """Return an answer as it is after a way through JSON; what JSON cannot hold is told by its `repr`."""
    try:
        return json.loads(json.dumps(value, default=repr))
    except (TypeError, ValueError, RecursionError) as error:
        raise BadProof(f"the scenario returned what JSON cannot hold: {error}") from None


def _portable(error: str) -> str:
    """Return the text of an error without where the environment stands, which every machine has elsewhere."""
    return error.replace(sysconfig.get_path("purelib") + os.sep, "")
