"""What a debug step prints, captured from the tools themselves.

A folder below `snippets/debug` has a `capture.py` whose `capture()` returns the text of each file of its `evidence`,
by name. Here time is real and the tools are the reader's own; `stuck` waits until a program cannot move.
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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from unstuck.catalogue import root
from unstuck.problem import Problem
from unstuck.prover import kernel

GUARDS = str(root() / "snippets" / "guards")  # on a program's PYTHONPATH, it has its copy of each guard
LOOKS = 5  # equal looks in a row after which a program is at rest
LOOK = 0.02  # seconds between two looks
PATIENCE = 60.0  # seconds until a program that does not come to rest is given up


@contextlib.contextmanager
def running(program: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Start a program without the caller's tracing settings, and end its process group on the way out.

    Its output, both streams in one, is the process's `stdout`.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LANGCHAIN_", "LANGSMITH_"))}
    process = subprocess.Popen(
        [sys.executable, program.name],
        cwd=program.parent,
        env={**inherited, "PYTHONUNBUFFERED": "1", "OPENAI_API_KEY": "not-a-key", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@contextlib.contextmanager
def stuck(program: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Start a program as `running` does, and wait until no thread of it can move."""
    with running(program, **environment) as process:
        wait_for_rest(process)
        yield process


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


def output_until(process: subprocess.Popen[str], last: str) -> str:
    """Return what a program prints from now on, up to the line that holds `last`; raise RuntimeError without it."""
    lines = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if last in line:
            return "".join(lines)
    raise RuntimeError(f"the program ended without printing {last!r}:\n{''.join(lines)}")


def settled(text: str, folder: Path) -> str:
    """Return an output without what differs from run to run: ids, addresses, paths, lines of installed modules."""
    own = "|".join(re.escape(path.name) for path in sorted(folder.glob("*.py")))
    for pattern, by in (
        (r"\x1b\[[\d;]*m", ""),
        (rf"{re.escape(str(folder))}/", ""),
        (r"(?:/[^\s\"'():]+)*/(?:site-packages|dist-packages)/", "…/"),
        (r"(?:/[^\s\"'():]+)*/lib/python3\.\d+/", "…/"),
        (r"(?:/[^\s\"'():]+)*/bin/python[\d.]*", "python"),
        (r"(?m)^Python v3.*\n", ""),
        (rf"(\((?!{own})[^\s()]+\.py):\d+\)", r"\1)"),
        (r"((?:File )?[\"']…/[^\"']+[\"']), line \d+,?", r"\1"),
        (r"(…/[^\s:]+\.py):\d+", r"\1"),
        (r"\b0x[0-9a-fA-F]+\b", "0x…"),
        (r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "…"),
        (r"(?i)\b(process|pid|thread) \d+\b", r"\1 …"),
    ):
        text = re.sub(pattern, by, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"


def shortened(dump: str, folder: Path, *, innermost_last: bool = False) -> str:
    """Return a stack dump with, of each stack, the two innermost frames, the reader's, and the first one below those.

    Of the frames of libraries only the place is kept, not the source.
    """
    own = [path.name for path in folder.glob("*.py")]
    lines = re.sub(r"(?m)^(  File \"…/.*)\n    .*$", r"\1", dump).splitlines()
    if innermost_last:
        lines.reverse()
    is_frame = [bool(re.search(r"\.py\b", line)) and line[:1] in " |" for line in lines]
    is_own = [frame and any(name in line for name in own) for frame, line in zip(is_frame, lines, strict=True)]
    kept: list[str] = []
    for number, line in enumerate(lines):
        innermost = not all(is_frame[max(number - 2, 0) : number]) or number < 2
        if not is_frame[number] or innermost or is_own[number] or any(is_own[number + 1 : number + 3]):
            kept.append(line)
        elif not kept[-1].endswith(" …"):
            kept.append(line[: len(line) - len(line.lstrip(" |"))] + "…")
    return "\n".join(kept[::-1] if innermost_last else kept) + "\n"


def folders(at: Path | None = None) -> list[Path]:
    """Return the folders of the debug steps, and of the finder's page, that capture something."""
    snippets = (at or root()) / "snippets"
    return sorted(path.parent for path in [*snippets.glob("debug/*/capture.py"), *snippets.glob("find/capture.py")])


def capture(steps: list[Path]) -> dict[Path, dict[str, str]]:
    """Run the `capture.py` of folders in a process of their own; return the text of each file by folder and name."""
    command = [sys.executable, "-m", "unstuck.captures", *map(str, steps)]
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": tools}
    done = subprocess.run(command, cwd=root(), env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Problem(steps[0].parent, None, done.stderr.strip(), "Correct the capture, or what it captures.")
    texts: dict[str, dict[str, str]] = json.loads(done.stdout.splitlines()[-1])
    return {Path(folder): files for folder, files in texts.items()}


def _capture(folder: str) -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("capture", f"{folder}/capture.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    texts: dict[str, str] = module.capture()
    return texts


def _main(steps: list[str]) -> None:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        texts = dict(zip(steps, pool.map(_capture, steps), strict=True))
    sys.stdout.write(json.dumps(texts) + "\n")


if __name__ == "__main__":
    _main(sys.argv[1:])
