"""Runs one program under one scenario in this process, watches it from outside, and reports once."""

from __future__ import annotations

import _thread
import asyncio
import atexit
import contextlib
import faulthandler
import gc
import importlib.util
import inspect
import io
import linecache
import mmap
import os
import random
import resource
import signal
import sys
import sysconfig
import threading
import time
import traceback
import types
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unstuck.fakes import on_call
from unstuck.fakes.provider import Provider
from unstuck.prover import clock, kernel, network
from unstuck.prover.frames import (
    Place,
    Reader,
    await_chain,
    blocked_loop,
    own_threads,
    thread_stack,
    traceback_stack,
    waits_for_turn,
)
from unstuck.prover.run import End, Run

TICK = 0.002  # real seconds between two looks
LOOKS = 3  # equal looks in a row after which nothing moves
LOOKS_IN_FLIGHT = 250  # the same while bytes are on their way through a busy kernel
HORIZON = 4 * 3600.0  # virtual seconds
JUMPS = 1500
CALLS = 60  # of fakes; no healthy program of this collection needs as many
CPU = 3.0  # seconds of processor time without an end
OUTPUT = 20_000  # characters

_real_sleep = time.sleep
_real_monotonic = time.monotonic


@dataclass(frozen=True)
class Request:
    """What to run: a scenario (function of a proof file) and a program (its source under its path)."""

    proof: str
    scenario: str
    program: str
    source: str


class Child:
    def __init__(self, request: Request, report: int, beat: int, fault: int, bound: list[clock.Binding]) -> None:
        self._request = request
        self._report = report
        self._beat = mmap.mmap(beat, 8)
        self._bound = bound
        self._once = _thread.allocate_lock()
        self._run = Run(end="broke off")
        self._answered = False
        self._reader = Reader(request.program, request.source)
        self._loops: dict[int, asyncio.AbstractEventLoop] = {}
        self._output = os.memfd_create("output")
        faulthandler.register(signal.SIGUSR1, file=fault, all_threads=True)

    def run(self) -> None:
        """Run the program to its end and report; never return."""
        self._redirect_output()
        self._watch_lost_coroutines()
        self._watch_left_tasks()
        random.seed(0)
        for name in ("cpu_count", "process_cpu_count"):  # thread pools ask the second one from Python 3.13 on
            setattr(os, name, lambda: 2)
        clock.install(self._bound)
        on_call.append(self._count)
        self._started = _real_monotonic()
        self._cpu = _own_cpu()
        _thread.start_new_thread(self._watch, ())
        try:
            value = self._drive()
        except BaseException as error:
            self._raised(error)
        self._run.value = value
        self._answered = True
        self._run.seconds = clock.CLOCK.now
        self._leave()
        self._finish("answered")

    def _drive(self) -> Any:
        proof = _module("unstuck_proof", Path(self._request.proof).read_text(), self._request.proof)
        named = {**vars(proof), **vars(proof).get("CAPTURES", {})}
        scenario = named[self._request.scenario]
        wanted = inspect.signature(scenario).parameters
        provider = Provider() if "provider" in wanted else None
        network.install(provider.port if provider else None)
        if provider:
            os.environ["OPENAI_BASE_URL"] = provider.base_url
        program = _module("program", self._request.source, self._request.program)
        value = scenario(program, **({"provider": provider} if provider else {}))
        if inspect.iscoroutine(value):
            self._runner = asyncio.Runner()
            value = self._runner.run(value)
        gc.collect()
        return value

    def _leave(self) -> None:
        """Do what the interpreter does on its way out, so that whatever keeps it is seen."""
        if hasattr(self, "_runner"):
            self._runner.close()
        self._run.left += [f"thread {name}" for name in own_threads(self._reader)]
        threading._shutdown()
        atexit._run_exitfuncs()
        gc.collect()
        for task in os.listdir("/proc/self/task"):
            with contextlib.suppress(FileNotFoundError):  # a thread may end while they are listed
                children = Path(f"/proc/self/task/{task}/children").read_text().split()
                self._run.left += ["child process" for _ in children]

    def _raised(self, error: BaseException) -> None:
        self._run.error = _portable("".join(traceback.format_exception_only(error)).strip())
        self._run.dumps["traceback"] = "".join(traceback.format_exception(error))
        place = self._reader.place(traceback_stack(error.__traceback__), "thread")
        self._run.places = [place] if place else []
        self._run.seconds = clock.CLOCK.now
        del error, place
        gc.collect()
        self._finish("raised")

    def _finish(self, end: End, why: str = "") -> None:
        """Send the report and end the process at once, whatever hangs in it."""
        if not self._once.acquire(blocking=False):
            while True:
                _real_sleep(3600)
        run = self._run
        run.end, run.why = end, why
        run.real_seconds = round(_real_monotonic() - self._started, 3)
        if not self._answered and end != "raised":
            run.seconds = clock.CLOCK.now
        run.seconds = round(run.seconds, 3)
        run.lost = sorted(set(run.lost))
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        run.output = os.pread(self._output, OUTPUT, 0).decode(errors="replace")
        data = run.to_json().encode()
        while data:
            data = data[os.write(self._report, data) :]
        os._exit(0)

    def _stop(self, end: End, why: str, besides: int | None = None) -> None:
        self._run.places = self._reader.places(besides)
        if end != "spun":
            self._run.dumps["faulthandler"] = _faulthandler_dump()
        self._finish("lingers" if self._answered and end == "stuck" else end, why)

    def _count(self) -> None:
        self._run.calls += 1
        if self._run.calls > CALLS:
            self._stop("spun", f"made {CALLS} calls and goes on")

    def _watch(self) -> None:
        me, native = threading.get_ident(), threading.get_native_id()
        before: kernel.Rest | None = None
        looks = jumps = beats = 0
        while True:
            _real_sleep(TICK)
            beats += 1
            self._beat[:] = beats.to_bytes(8, "little")
            now = kernel.at_rest(except_for=native)
            looks = looks + 1 if now is not None and now == before else 0
            before = now
            if looks >= LOOKS and (looks >= LOOKS_IN_FLIGHT or not kernel.bytes_in_flight()):
                self._jump(me, jumps)
                jumps, looks = jumps + 1, 0
            elif _own_cpu() - self._cpu > CPU:
                self._spin(me)

    def _jump(self, me: int, jumps: int) -> None:
        due = clock.CLOCK.due()
        if due is None:
            self._stop("stuck", "nothing in the process can move, and no timer is running", me)
            return
        if due > HORIZON or jumps > JUMPS:
            self._stop("stuck", f"still there after {clock.CLOCK.now:.0f} s", me)
        self._account(due - clock.CLOCK.now, me)
        clock.CLOCK.jump()

    def _account(self, seconds: float, me: int) -> None:
        """Book the seconds that are about to pass on the lines at which the program stands."""
        if seconds <= 0 or self._answered:
            return
        for line in {place.line for place in self._reader.places(me)}:
            self._run.spent[line] = self._run.spent.get(line, 0.0) + seconds
        for ident, frame in sys._current_frames().items():
            stack = thread_stack(frame)
            loop = blocked_loop(stack)
            place = self._reader.place(stack, "thread") if loop is not None else None
            if ident != me and loop is not None and place and waits_for_turn(loop):
                self._run.starved[place.line] = self._run.starved.get(place.line, 0.0) + seconds

    def _spin(self, me: int) -> None:
        """Report a program that only computes: its place is the loop that it is in."""
        places = [
            Place(header, place.function, _line(self._reader.path, header), "thread", place.on_loop, place.calls)
            for place in self._reader.places(me)
            for header in [self._reader.loop_header(place.line)]
            if place.what == "thread"
        ]
        self._run.places = places
        self._finish("spun", f"used {CPU:.0f} s of processor time and goes on")

    def _watch_lost_coroutines(self) -> None:
        sys.set_coroutine_origin_tracking_depth(30)

        def lost(coroutine: types.CoroutineType[Any, Any, Any]) -> None:
            for file, line, _ in coroutine.cr_origin or ():
                if file == self._request.program:
                    self._run.lost.append(line)
                    break
            print(f"RuntimeWarning: coroutine '{coroutine.__qualname__}' was never awaited", file=sys.stderr)

        warnings._warn_unawaited_coroutine = lost  # type: ignore[attr-defined]

    def _watch_left_tasks(self) -> None:
        cancel_all = asyncio.runners._cancel_all_tasks  # type: ignore[attr-defined]

        def cancel_all_tasks(loop: asyncio.AbstractEventLoop) -> None:
            for task in asyncio.all_tasks(loop):
                place = self._reader.place(await_chain(task.get_coro()), "task")
                if place:
                    self._run.left.append(f"task in {place.function}, line {place.line}")
            cancel_all(loop)

        asyncio.runners._cancel_all_tasks = cancel_all_tasks  # type: ignore[attr-defined]

    def _redirect_output(self) -> None:
        null = os.open(os.devnull, os.O_RDONLY)
        for target, source in ((0, null), (1, self._output), (2, self._output)):
            os.dup2(source, target)
        for name, number in (("stdout", 1), ("stderr", 2)):
            stream = io.TextIOWrapper(os.fdopen(number, "wb", 0, closefd=False), write_through=True)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def _faulthandler_dump() -> str:
    """Return what `faulthandler` prints of all threads, without the observer's own."""
    fd = os.memfd_create("dump")
    faulthandler.dump_traceback(file=fd, all_threads=True)
    return os.pread(fd, 1 << 20, 0).decode(errors="replace")


def _portable(error: str) -> str:
    """Return the text of an error without where the environment stands, which every machine has elsewhere."""
    return error.replace(sysconfig.get_path("purelib") + os.sep, "")


def _line(path: str, number: int) -> str:
    return linecache.getline(path, number).strip()


def _module(name: str, source: str, path: str) -> types.ModuleType:
    spec = importlib.util.spec_from_loader(name, loader=None)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    module.__file__ = path
    sys.modules[name] = module
    exec(compile(source, path, "exec"), module.__dict__)
    return module


def _own_cpu() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime
