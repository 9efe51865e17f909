"""Dumps of a process that is stuck, as its operator would get them."""

from __future__ import annotations

import faulthandler
import importlib.util
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType

from unstuck.catalogue import root
from unstuck.prover.frames import Place
from unstuck.prover.reader import Reader, name_of

_PROVER = str(Path(__file__).parent) + os.sep
_PROVIDER = str(Path(__file__).parents[1] / "fakes" / "provider.py")
_FILE = re.compile(r"""File (["'])(.*?)\1, line""")
_FRAME = re.compile(r'^  File "(.*)", line (\d+) in (.+)$', re.MULTILINE)


def threads() -> str:
    """Return what faulthandler prints of all threads."""
    descriptor = os.memfd_create("dump")
    try:
        faulthandler.dump_traceback(file=descriptor, all_threads=True)
        return without_ours(_read(descriptor))
    finally:
        os.close(descriptor)


def without_ours(dump: str) -> str:
    """Return a dump of faulthandler without the threads of the prover and of the fake provider."""
    return "\n\n".join(block for block in dump.strip().split("\n\n") if not _ours(block)) + "\n"


def tasks() -> str:
    """Return what the `stack_dump` guard says, or nothing where it is not there: in an installed wheel."""
    written = _stack_dump()
    if written is None:
        return ""
    blocks = re.split(r"^(?=\* |End of)", written(), flags=re.MULTILINE)
    return "".join(block for block in blocks if not _ours(block))


def places(dump: str, reader: Reader, source: str, *, running: bool) -> list[Place]:
    """Return the innermost place of the program in each thread of a dump, or in the one that ran when it was made."""
    found = set()
    for block in dump.split("\n\n"):
        frames = [match for match in _FRAME.findall(block) if match[0] == reader.path]
        if frames and (not running or block.startswith("Current thread")):
            line = int(frames[0][1])
            found.add(Place(line, _function(source, reader.path, line, frames[0][2]), reader.text(line), "thread"))
    return sorted(found, key=lambda place: place.line)


def _function(source: str, path: str, line: int, name: str) -> str:
    """Return the qualified name of the function at a line, which faulthandler does not print."""
    at_line = (code for code in _codes(compile(source, path, "exec")) if code.co_name == name)
    return next((name_of(code) for code in at_line if line in {number for *_, number in code.co_lines()}), name)


def _codes(code: CodeType) -> list[CodeType]:
    return [code, *(inner for const in code.co_consts if isinstance(const, CodeType) for inner in _codes(const))]


def _ours(block: str) -> bool:
    files = [path for _, path in _FILE.findall(block)]
    return bool(files) and (_PROVIDER in files or all(path.startswith(_PROVER) for path in files))


@cache
def _stack_dump() -> Callable[[], str] | None:
    path = root() / "snippets" / "guards" / "stack_dump.py"
    spec = importlib.util.spec_from_file_location("unstuck_stack_dump", path) if path.exists() else None
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function: Callable[[], str] = module.dump
    return function


def _read(descriptor: int) -> str:
    return os.pread(descriptor, 1 << 20, 0).decode(errors="replace")
