"""What a debug step prints, captured from the tools themselves.

A folder below `snippets/debug` has a `capture.py` whose `CAPTURES` maps a file name of its `evidence` to the function
that returns the text. Here time is real and the tools are the reader's own; `stuck` waits until a program cannot move.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from unstuck.catalogue import root
from unstuck.problem import Problem
from unstuck.prover import kernel

LOOKS = 5  # equal looks in a row after which a program is at rest
LOOK = 0.02  # seconds between two looks
PATIENCE = 60.0  # seconds until a program that does not come to rest is given up


@contextlib.contextmanager
def stuck(program: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Start a program, wait until no thread of it can move, and end it on the way out.

    Its output, both streams in one, is the process's `stdout`.
    """
    process = start(program, **environment)
    try:
        wait_for_rest(process)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def start(program: Path, **environment: str) -> subprocess.Popen[str]:
    """Start a program in a process group of its own, without the caller's tracing settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LANGCHAIN_", "LANGSMITH_"))}
    return subprocess.Popen(
        [sys.executable, program.name],
        cwd=program.parent,
        env={**inherited, "PYTHONUNBUFFERED": "1", "OPENAI_API_KEY": "not-a-key", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for_rest(process: subprocess.Popen[str]) -> None:
    """Return once no thread of a process can move; raise RuntimeError when it ends or does not come to rest."""
    before, looks, until = None, 0, time.monotonic() + PATIENCE
    while looks < LOOKS:
        if process.poll() is not None:
            output = process.stdout.read() if process.stdout else ""
            raise RuntimeError(f"the program ended with {process.returncode} instead of getting stuck:\n{output}")
        if time.monotonic() > until:
            raise RuntimeError(f"the program did not come to rest in {PATIENCE:.0f} s")
        time.sleep(LOOK)
        now = kernel.at_rest(process.pid)
        looks = looks + 1 if now is not None and now == before else 0
        before = now


def settled(text: str, folder: Path) -> str:
    """Return an output without what differs from run to run: ids, addresses, paths, lines of installed modules."""
    text = text.replace(f"{folder}/", "")
    text = re.sub(r"(?:/[^\s\"'():]+)*/(?:site-packages|dist-packages)/", "…/site-packages/", text)
    text = re.sub(r"(?:/[^\s\"'():]+)*/lib/python3\.\d+/", "…/python3/", text)
    text = re.sub(r"(…/[^\s\"'():]+):\d+", r"\1", text)
    text = re.sub(r"(\"…/[^\"]+\", line) \d+", r"\1 …", text)
    text = re.sub(r"\b0x[0-9a-fA-F]+\b", "0x…", text)
    text = re.sub(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "…", text)
    text = re.sub(r"(?i)(\bprocess |\bpid[ :=]+|\bthread )\d+\b", r"\1…", text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"


def folders(at: Path | None = None) -> list[Path]:
    """Return the folders of the debug steps that capture something."""
    return sorted(path.parent for path in ((at or root()) / "snippets" / "debug").glob("*/capture.py"))


def capture(folder: Path) -> dict[str, str]:
    """Run the captures of a folder in a process of their own; return the text of each file by name."""
    command = [sys.executable, "-m", "unstuck.captures", str(folder)]
    done = subprocess.run(command, cwd=root(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Problem(folder / "capture.py", None, done.stderr.strip(), "Correct the capture, or what it captures.")
    texts: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return texts


def _main(folder: Path) -> None:
    spec = importlib.util.spec_from_file_location("capture", folder / "capture.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    print(json.dumps({name: function() for name, function in module.CAPTURES.items()}))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
