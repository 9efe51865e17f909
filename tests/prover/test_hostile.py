"""Whatever a program or a proof does to its process, a run ends with a clear report, and nothing of it survives."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from unstuck.prover import Job, Prover, Run, kernel, verdict

DRIVE = "def drive(program):\n    return program.main()\n"
RETURNS = "def main():\n    return 'done'\n"

CONNECTS_IN_C = """
    import ctypes, os, socket
    address = bytes([2, 0, 0, 53, 192, 0, 2, 1]) + bytes(8)
    libc, open_socket = ctypes.CDLL(None, use_errno=True), socket.socket()
    if libc.connect(open_socket.fileno(), address, len(address)):
        raise OSError(os.strerror(ctypes.get_errno()))
"""

#: What a program does in its `main`, how its run ends, and what the report says of it.
PROGRAMS = {
    "ends its process": ("import os; os._exit(3)", "broke off", "ended by itself, with exit status 3"),
    "kills itself": ("import os; os.kill(os.getpid(), 9)", "broke off", "killed by SIGKILL"),
    "stops itself": ("import os; os.kill(os.getpid(), 19)", "broke off", "stopped itself"),
    "crashes": ("import ctypes; ctypes.string_at(1)", "broke off", "killed by SIGSEGV"),
    "ignores signals": (
        "import signal, threading; signal.signal(15, signal.SIG_IGN); threading.Event().wait()",
        "stuck",
        "nothing in the process can move",
    ),
    "closes its output": ("import os; os.close(1); print('x')", "raised", "Bad file descriptor"),
    "closes everything": ("import os; os.closerange(3, 4096)", "broke off", "exit status 70"),
    "asks its user": ("input()", "raised", "EOFError"),
    "prints 100 MB": ("print('x' * 100_000_000)", "answered", "99,980,001 bytes more"),
    "prints for ever": ("while True: print('x' * 100)", "spun", "went round the loop 100,000 times"),
    "writes for ever": (
        "file = open('log', 'wb')\n    while True: file.write(bytes(1_000_000))",
        "raised",
        "too large",
    ),
    "takes all memory": ("kept = []\n    while True: kept.append(b'x' * 10_000_000)", "broke off", "GB of memory"),
    "takes all memory in a child": (
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'b\"x\" * 6_000_000_000; input()'])",
        "broke off",
        "took more than 2 GB of memory, its child processes included",
    ),
    "forks without end": ("import os\n    while True: os.fork()", "raised", "a proof may fork 100 times"),
    "starts processes without end": (
        "import subprocess\n    while True: subprocess.Popen(['sleep', '1000'])",
        "broke off",
        "started more than 200 processes",
    ),
    "reads a key": ("import os; os.environ['MISTRAL_API_KEY']", "raised", "KeyError: 'MISTRAL_API_KEY'"),
    "comes back twice": ("import os; os.fork() and os.wait()", "answered", ""),
    "leaves its group": ("import os, threading; os.setsid() if os.fork() else threading.Event().wait()", "raised", ""),
    "waits in C for long": ("import ctypes; ctypes.CDLL(None).sleep(1000)", "broke off", "C code waits for 1000 s"),
    "asks for a name": ("import socket; socket.gethostbyname('example.org')", "raised", "no network beyond loopback"),
    "sends a datagram": (
        "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "raised",
        "no network beyond loopback",
    ),
}

#: The same for what only the kernel can refuse.
FENCED = {
    "writes elsewhere": ("open(__file__ + '.log', 'w')", "raised", "PermissionError"),
    "writes elsewhere in a child": ("import os; os.system('echo > /var/tmp/unstuck')", "answered", "Permission denied"),
    "ends its prover": ("import os; os.kill(os.getppid(), 9)", "raised", "PermissionError"),
    "connects in C": (CONNECTS_IN_C, "raised", "Network is unreachable"),
    "asks for a name in C": (
        "import subprocess; subprocess.run(['getent', 'hosts', 'example.org'], check=True)",
        "raised",
        "CalledProcessError",
    ),
}


@pytest.fixture(scope="module")
def alone() -> Iterator[Prover]:
    """A prover that runs nothing else meanwhile."""
    with Prover() as prover:
        yield prover


@pytest.fixture
def run(prover: Prover, tmp_path: Path) -> RunIt:
    return RunIt(prover, tmp_path)


class RunIt:
    """Writes a program and a proof down and runs them."""

    def __init__(self, prover: Prover, folder: Path) -> None:
        self._prover = prover
        self._folder = folder

    def __call__(self, program: str, proof: str = DRIVE) -> Run:
        for name, text in (("program.py", program), ("proof.py", proof)):
            (self._folder / name).write_text(text)
        return self._prover.run(Job(self._folder / "proof.py", self._folder / "program.py"))


@pytest.mark.parametrize(("body", "end", "said"), PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_cannot_escape_a_clear_end(body: str, end: str, said: str, run: RunIt) -> None:
    """A program that attacks its own process gets a report that says what happened."""
    seen = run(f"def main():\n    {body}\n    return 'done'\n")
    assert (seen.end, said in f"{seen.why} {seen.error} {seen.output}") == (end, True)


@pytest.mark.usefixtures("kernel_fences")
@pytest.mark.parametrize(("body", "end", "said"), FENCED.values(), ids=FENCED)
def test_a_program_reaches_nothing_outside(body: str, end: str, said: str, run: RunIt) -> None:
    """Neither C code nor a child process reaches the network, another file or another process."""
    test_a_program_cannot_escape_a_clear_end(body, end, said, run)


def test_a_program_that_is_no_python_raises_at_its_line(run: RunIt) -> None:
    """A syntax error counts as an error of the program, at the line that has it."""
    seen = run("def main():\n    return 'done\n")
    assert (seen.end, seen.places[0].line, "SyntaxError" in seen.error) == ("raised", 2, True)


#: What is wrong with a proof, and what the report says of it.
PROOFS = {
    "no scenario": ("def run(program): ...", "has no function `drive`"),
    "no python": ("def drive(program:", "SyntaxError"),
    "fails": ("def drive(program): return {}['answer']", "KeyError: 'answer'"),
    "asserts": ("def drive(program): assert program.main() == 'else'", "AssertionError"),
    "wrong name": ("def drive(program): return program.start()", "has no attribute 'start'"),
    "too many arguments": ("def drive(program): return program.main(1)", "takes 0 positional arguments"),
    "own timeout": (
        "import asyncio\nasync def drive(_):\n    async with asyncio.timeout(1): await asyncio.sleep(2)",
        "TimeoutError",
    ),
    "endless answer": ("def drive(program):\n    a = []\n    a.append(a)\n    return a", "Circular reference"),
}


@pytest.mark.parametrize(("proof", "said"), PROOFS.values(), ids=PROOFS)
def test_a_bad_proof_proves_nothing(proof: str, said: str, run: RunIt) -> None:
    """When the proof itself fails, the run bears out no claim at all."""
    seen = run(RETURNS, proof)
    assert (seen.end, said in seen.why) == ("broke off", True)
    assert verdict.against_healthy(seen, None) is not None
    assert verdict.against_stuck(seen, "raises", 1, error="") is not None


DAEMON = """
import os
import threading


def main():
    read, write = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(write, str(os.getpid()).encode())
            threading.Event().wait()
        os._exit(0)
    pid = int(os.read(read, 10))
    {then}
"""


@pytest.mark.parametrize("then", ["return pid", "os._exit(3)", "os.kill(os.getpid(), 9)", "threading.Event().wait()"])
def test_nothing_of_a_run_survives_it(then: str, alone: Prover, tmp_path: Path) -> None:
    """Even a daemon in a session of its own is gone when `run` returns, however the program ended."""
    RunIt(alone, tmp_path)(DAEMON.format(then=then))
    assert list(kernel.descendants(alone._zygote.pid)) == []


KILLED = """
import sys
from pathlib import Path
from unstuck.prover import Job, Prover

folder = Path(sys.argv[1])
Prover().run(Job(folder / "proof.py", folder / "program.py"))
"""


def test_nothing_of_a_run_survives_the_prover(tmp_path: Path) -> None:
    """When the process of the prover is killed, the zygote and every child end, too."""
    waits = f"def main():\n    open({str(tmp_path / 'entered')!r}).close()\n    while True: pass\n"
    (tmp_path / "program.py").write_text(waits)
    (tmp_path / "proof.py").write_text("CPU = 1000\n" + DRIVE)
    os.mkfifo(tmp_path / "entered")
    with subprocess.Popen([sys.executable, "-c", KILLED, tmp_path], stdout=subprocess.PIPE) as prover:
        with (tmp_path / "entered").open("w"):
            prover.send_signal(signal.SIGKILL)
        # The pipe ends with the last process that has inherited it; the bound only turns a hang into a failure.
        assert prover.communicate(timeout=60)[0] == b""
