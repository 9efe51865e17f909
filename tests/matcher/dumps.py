"""Dumps of stuck programs in each form in which they are pasted."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

from unstuck.prover import Run

_THREAD_FRAME = re.compile(r'^  File "(.*)", line (\d+) in (.*)$', re.MULTILINE)
_TASK_FRAME = re.compile(r"^  \|   File '(.*)', line (\d+), in (?:async |generator )*(.*)\(\)$", re.MULTILINE)
_OURS = re.compile(r'^  File ".*/unstuck/prover/.*\n', re.MULTILINE)  # how the prover looks into a wait
LOCALS = r"""        Arguments:
            self: <HTTP11Connection at 0x7f3b2c1d9e50>
            messages: [{"content": "When is high tide?", "role": "user"}]
        Locals:
            timeout: None
            text: "invoke (langchain_core/runnables/base.py:3127)"
            logged: "Traceback:\n  File "/srv/app.py", line 3, in invoke\nRuntimeError: Event loop is closed\n"
"""


def forms(run: Run, line: int | None, program: str) -> dict[str, str]:
    """Return by its form what an operator gets of a run that stands at a line of a program; no idle event loop."""
    found = {"traceback": run.dumps["traceback"]} if "traceback" in run.dumps else {}
    threads = run.dumps.get("faulthandler") or run.dumps.get(f"faulthandler, line {line}", "")
    tasks = run.dumps.get("tasks") or run.dumps.get(f"tasks, line {line}", "")
    threads = _OURS.sub("", "\n\n".join(block for block in threads.split("\n\n") if not _drives(block, program)))
    tasks = "".join(block for block in re.split(r"(?m)^(?=\* )", tasks) if not _drives(block, program))
    if f"/{program}" in threads:
        found |= {"faulthandler": threads, "py-spy": py_spy(threads), "py-spy --locals": py_spy(threads, LOCALS)}
    if f"/{program}" in tasks:
        found["stack_dump"] = tasks
    for block in threads.split("\n\n"):
        if f"/{program}" in block and "<module>" in block:  # Ctrl-C reaches the main thread
            found["interrupted"] = python_traceback(block, _THREAD_FRAME, "KeyboardInterrupt")
    for block in re.split(r"(?m)^(?=\* )", tasks):
        head = block.partition("\n")[0]
        if f"/{program}" in block and head.startswith("* Task") and f"    {head}\n" not in tasks:  # waits for no other
            found["cancelled"] = python_traceback(block, _TASK_FRAME, "asyncio.exceptions.CancelledError")
    return found


def py_spy(threads: str, after_each: str = "") -> str:
    """Return a dump of faulthandler as py-spy prints the same frames; only the classes of methods are not known."""
    blocks = []
    for number, block in enumerate(threads.strip().split("\n\n"), 4711):
        name = "MainThread" if "<module>" in block else f"asyncio_{number}"
        frames = [
            f"    {function} ({below_its_packages(path)}:{line})\n{after_each}"
            for path, line, function in _THREAD_FRAME.findall(block)
        ]
        blocks.append(f'Thread {number} (idle): "{name}"\n' + "".join(frames))
    return f"Process 4711: python -m service\nPython v3.11.7 (/usr/bin/python3.11)\n\n{''.join(blocks)}"


def below_its_packages(path: str) -> str:
    """Return a path as py-spy shortens it: below the outermost folder of those around it that have an `__init__.py`."""
    folder = Path(path).parent
    while (folder / "__init__.py").exists():
        folder = folder.parent
    return str(Path(path).relative_to(folder))


def python_traceback(block: str, frame: re.Pattern[str], error: str) -> str:
    """Return the stack of a thread or a task as Python prints it when an error comes up there."""
    stack = [
        traceback.FrameSummary(path, int(line), function.rsplit(".", 1)[-1])
        for path, line, function in reversed(frame.findall(block))
    ]
    return f"Traceback (most recent call last):\n{''.join(traceback.format_list(stack))}{error}\n"


def _drives(block: str, program: str) -> bool:
    """Tell whether a thread or a task is the proof's, which plays the users."""
    return "/proof.py" in block and f"/{program}" not in block
