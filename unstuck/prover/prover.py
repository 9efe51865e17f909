"""Runs programs in children that can be killed whole.

What a verdict rests on is in `observer`, what counts as time in `clock` and `waits`, what an answer is in `child`.
Where that ends:

- Only jumps of the clock are time. A parser that computes for two seconds on the event loop starves nobody here.
- A wait that C code starts, and everything in a child process, takes its real time; the clock moves on as much.
  It is right to a tenth of a second, and a run is given up after two minutes.
- A poll is a loop of short waits. After `observer.JUMPS` of them it waits for ever, however many it would have made.
- An event loop other than asyncio's own (uvloop, trio, gevent) has real time, and what starves it is not seen.
- Threads that run at the same moment race as they do in production; a report is the same in each run as far as the
  program leaves nothing to such a race. The raw dumps also list idle pool threads, which do.
- A proof has no network but loopback, writes below its own folder, and signals no other process. The kernel sees to
  it where it lets this user, as `fence` says; elsewhere only Python's sockets are fenced. Files can be read.
- A proof could forge its own report: it runs in the process that writes it.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from unstuck.catalogue import read
from unstuck.prover import dumps, kernel, process
from unstuck.prover.reader import Reader
from unstuck.prover.run import Request, Run
from unstuck.prover.silence import FAULT, Silence, Verdict

POLL = 0.1  # real seconds between two looks at a silent child

_KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Job:
    """A program and the proof file whose scenario drives it; the sources to run when they are not the files' own.

    With `otherwise`, the fakes drop their script.
    """

    proof: Path
    program: Path
    scenario: str = "drive"
    source: str | None = None
    scenario_source: str | None = None
    otherwise: bool = False


class Prover:
    """Forks a child for each run from a process that has imported the libraries; use it as a context manager.

    That process starts at once, and what its user does until the first run goes on beside it.
    """

    def __init__(self) -> None:
        if not kernel.supported():
            raise RuntimeError("proofs need Linux on x86-64 or arm64; elsewhere run them in the container")
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(os.cpu_count())
        self._ready = False
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        with theirs:
            self._zygote = subprocess.Popen(
                [sys.executable, "-m", "unstuck.prover.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=environment(),
                start_new_session=True,  # Ctrl-C is for the prover, which closes it
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the zygote and every child that still runs; nothing of any run is left when it returns."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._control.close()
        self._zygote.wait()
        self._pool.shutdown()

    def start(self, job: Job) -> Future[Run]:
        """Run one program as soon as a processor is free for it."""
        return self._pool.submit(self.run, job)

    def run(self, job: Job) -> Run:
        """Run one program and return what it was seen to do; safe to call from several threads."""
        source = read(job.program) if job.source is None else job.source
        scenario = read(job.proof) if job.scenario_source is None else job.scenario_source
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="unstuck-", ignore_cleanup_errors=True))
            request = Request(str(job.proof), job.scenario, scenario, str(job.program), source, folder, job.otherwise)
            report, write = os.pipe()
            stack.callback(os.close, report)
            beat, fault = os.memfd_create("beat"), os.memfd_create("fault")
            stack.callback(os.close, beat)
            stack.callback(os.close, fault)
            os.ftruncate(beat, 8)
            try:
                pid = self._fork(json.dumps(asdict(request)).encode(), (write, beat, fault))
            finally:
                os.close(write)
            return _follow(pid, report, beat, fault, request)

    def _fork(self, message: bytes, descriptors: tuple[int, ...]) -> int:
        with self._lock:
            self._ready = self._ready or self._control.recv(64) == b"ready"
            if not self._ready:
                raise RuntimeError("the zygote did not start; its own output says why")
            socket.send_fds(self._control, [message], list(descriptors))
            reply = self._control.recv(64)
        if not reply:
            raise RuntimeError("the zygote has died; its own output says why")
        return int(reply)


def environment() -> dict[str, str]:
    """Return the environment of the proofs: nothing of it may change what a program does, and no key is in it."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("COVERAGE_")}
    return {**kept, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "TZ": "UTC"}


def _follow(pid: int, report: int, beat: int, fault: int, request: Request) -> Run:
    """Wait for the report of a child and for its end; step in when the child can give no report."""
    run: Run | None = None
    silence = Silence(pid, beat)
    lines = Lines(report)
    while True:
        line = lines.next(POLL)
        if line.startswith(b"{"):
            run = run or Run.from_json(line)  # asked for its stacks, a child may wake up, and report after all
        elif line:
            return run or Run(end="broke off", why=_died(int(line)))
        elif run is None and (verdict := silence.look()):
            run = _silent(pid, fault, request, silence, verdict)
            for kill in (os.killpg, os.kill):  # a program can leave its group
                with suppress(ProcessLookupError):
                    kill(pid, signal.SIGKILL)


class Lines:
    """Reads a pipe line by line."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)

    def next(self, seconds: float) -> bytes:
        """Return the next line, or nothing when there is none after so many seconds."""
        while b"\n" not in self._rest:
            if not self._poll.poll(seconds * 1000):
                return b""
            chunk = os.read(self._descriptor, 1 << 20)
            if not chunk:
                raise RuntimeError("the zygote has died; its own output says why")
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        return line


def _died(status: int) -> str:
    if status < 0:
        return f"the process was killed by {signal.Signals(-status).name}"
    return f"the process ended by itself, with exit status {status}"


def _silent(pid: int, fault: int, request: Request, silence: Silence, verdict: Verdict) -> Run:
    """Report for a child that cannot: faulthandler writes the stacks without the interpreter."""
    end, why = verdict
    if end == "broke off":
        return Run(end=end, why=why)
    with suppress(ProcessLookupError, FileNotFoundError):
        process.signal_thread(pid, silence.busiest() if end == "spun" else pid, FAULT)
    dump, until = "", time.monotonic() + 5
    while f"{os.sep}zygote.py" not in dump and time.monotonic() < until:
        time.sleep(0.02)
        dump = os.pread(fault, 1 << 20, 0).decode(errors="replace")
    reader = Reader(request.program, request.source)
    places = dumps.places(dump, reader, request.source, running=end == "spun")
    return Run(end=end, why=why, places=places, dumps={"faulthandler": dumps.without_ours(dump)})
