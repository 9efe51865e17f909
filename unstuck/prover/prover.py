"""Runs programs in children that can be killed whole."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from unstuck.prover import kernel
from unstuck.prover.frames import Place
from unstuck.prover.run import Run

POLL = 0.25  # real seconds between two looks at a silent child
SILENT_CPU = 3.0  # seconds of processor time in which the observer inside never had a turn
SILENT_REST = 8  # looks in a row at an interpreter that nobody can use
HARD = 120.0  # real seconds after which a run is given up, whatever it does


@dataclass(frozen=True)
class Job:
    """A program, the proof file whose scenario drives it, and the source to run when it is not the file's own."""

    proof: Path
    program: Path
    scenario: str = "drive"
    source: str | None = None


class Prover:
    """Forks a child for each run from a process that has imported everything; use it as a context manager."""

    def __init__(self) -> None:
        if not kernel.supported():
            raise RuntimeError("proofs need Linux on x86-64 or arm64; elsewhere run them in the container")
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._zygote: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Prover:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the zygote; children that still run are killed with their own group."""
        if self._control:
            self._control.close()
        if self._zygote:
            self._zygote.wait()

    def run(self, job: Job) -> Run:
        """Run one program and return what it was seen to do; safe to call from several threads."""
        source = job.source if job.source is not None else job.program.read_text()
        request = {
            "proof": str(job.proof),
            "scenario": job.scenario,
            "program": str(job.program),
            "source": source,
        }
        report, write = os.pipe()
        beat, fault = os.memfd_create("beat"), os.memfd_create("fault")
        os.ftruncate(beat, 8)
        try:
            pid = self._fork(json.dumps(request).encode(), (write, beat, fault))
            os.close(write)
            return _follow(pid, report, beat, fault, job.program)
        finally:
            for descriptor in (report, beat, fault):
                os.close(descriptor)

    def _fork(self, message: bytes, descriptors: tuple[int, ...]) -> int:
        with self._lock:
            control = self._control or self._start()
            socket.send_fds(control, [message], list(descriptors))
            reply = control.recv(64)
        if not reply:
            raise RuntimeError("the zygote has died; its own output says why")
        return int(reply)

    def _start(self) -> socket.socket:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "unstuck.prover.zygote", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )
        theirs.close()
        if self._control.recv(64) != b"ready":
            raise RuntimeError("the zygote did not start; its own output says why")
        return self._control


def _follow(pid: int, report: int, beat: int, fault: int, program: Path) -> Run:
    """Wait for the report of a child; step in when the child cannot give one."""
    data = b""
    silence = _Silence(pid, beat)
    try:
        while True:
            if not select.select([report], [], [], POLL)[0]:
                verdict = silence.look()
                if verdict:
                    return _silent(pid, fault, program, *verdict)
                continue
            chunk = os.read(report, 1 << 20)
            if not chunk:
                break
            data += chunk
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    return Run.from_json(data) if data else Run(end="broke off", why="the process died without a report")


class _Silence:
    """Judges, from outside, a child whose own observer gets no turn: C code holds the interpreter's lock."""

    def __init__(self, pid: int, beat: int) -> None:
        self._pid = pid
        self._beat = beat
        self._until = time.monotonic() + HARD
        self._last: tuple[bytes, float] = (b"", 0.0)
        self._rest: kernel.Rest | None = None
        self._rests = 0

    def look(self) -> tuple[str, str] | None:
        """Return how the run ended and why, or None while it may still report."""
        if time.monotonic() > self._until:
            return "broke off", f"no end and no verdict in {HARD:.0f} s of real time"
        beats, cpu = os.pread(self._beat, 8, 0), kernel.cpu_seconds(self._pid)
        if beats != self._last[0]:
            self._last, self._rests = (beats, cpu), 0
            return None
        if cpu - self._last[1] > SILENT_CPU:
            return "spun", "computes in C and never gives up the interpreter"
        rest = kernel.holds_interpreter(self._pid)
        self._rests = self._rests + 1 if rest and rest == self._rest else 0
        self._rest = rest
        if self._rests >= SILENT_REST:
            return "stuck", "waits in C and never gives up the interpreter"
        return None


def _silent(pid: int, fault: int, program: Path, end: str, why: str) -> Run:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGUSR1)
    dump, until = "", time.monotonic() + 5
    while "most recent call first" not in dump and time.monotonic() < until:
        time.sleep(0.02)
        dump = os.pread(fault, 1 << 20, 0).decode(errors="replace")
    found = re.search(rf'File "{re.escape(str(program))}", line (\d+) in (\S+)', dump)
    places = []
    if found:
        text = program.read_text().splitlines()[int(found[1]) - 1].strip()
        places = [Place(int(found[1]), found[2], text, "thread")]
    return Run(end=end, why=why, places=places, dumps={"faulthandler": dump})  # type: ignore[arg-type]
