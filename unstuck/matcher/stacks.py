"""Stacks in a pasted text: of py-spy, faulthandler, a traceback, the guard `stack_dump`, or a page of this site."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

# File "…/x.py", line 3, in f · File '…/x.py', line 3, in async C.f() · f (x.py:3) · package  C.f
_FILE = re.compile(
    r"""\bFile ["'](?P<path>[^"']+)["'](?:, line [0-9…]+)?,? in (?:async |generator )*(?P<name>[A-Za-z0-9_.<>]+)"""
)
_PY_SPY = re.compile(r"(?P<name>[A-Za-z0-9_.<>]+) \((?P<path>[^()\s]+\.(?:py|pyx|c|cpp|so))(?::[0-9]+)?\)\s*$")
_PAGE = re.compile(r"^    (?P<path>[a-z_][a-z0-9_]*) {2,}(?P<name>[A-Za-z0-9_.<>]+)$")
_HEAD = re.compile(
    r"\bThread (?:0x)?[A-Za-z0-9_…]+ .*(?:\(most recent call first\)|\((?:idle|active))|\* (?:Thread|Task)\(name=|"
    r"Traceback \(most recent call last\)|most recent call first\)|^Below it:"
)
_ON_LOOP = re.compile(r"A thread of the event loop|the event loop could not run")
_INSTALLED = re.compile(r".*[\\/](?:site-packages|dist-packages|lib[\\/]python[0-9.]+)[\\/]|^…/(?:site-packages/)?")
_PLUMBING = {
    "threading": {"run", "_bootstrap", "_bootstrap_inner"},
    "concurrent": {"_worker", "run"},
    "asyncio": {"run", "run_forever", "run_until_complete", "_run_once", "_run"},
}
_PLUMBING_PACKAGES = frozenset({"contextlib", "contextvars", "runpy", "selectors"})


@dataclass
class Stack:
    """One stack: its frames as `token` returns them, innermost first, and their lines.

    `brief` tells that the frames are as `brief` returns them, because the text names no files.
    """

    frames: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    on_loop: bool = False
    innermost_last: bool = False
    brief: bool = False


def stacks(lines: Sequence[str]) -> list[Stack]:
    """Return the stacks of a text, in its order; the frames of each innermost first."""
    found: list[Stack] = []
    gap = 99
    for number, line in enumerate(lines):
        frame = _frame(line)
        if _HEAD.search(line):
            said = " ".join(lines[max(number - 4, 0) : number])
            found.append(Stack(innermost_last="last" in line or "Below" in line, on_loop=bool(_ON_LOOP.search(said))))
            gap = 0
        elif frame:
            if not found or gap > 3:
                found.append(Stack())
            found[-1].frames.append(frame)
            found[-1].lines.append(number)
            found[-1].brief = "/" not in frame
            gap = 0
        else:
            gap += 1
    found = [stack for stack in found if stack.frames]
    for stack in found:
        if stack.innermost_last:
            stack.frames.reverse()
            stack.lines.reverse()
        stack.on_loop = stack.on_loop or "asyncio/base_events:_run_once" in stack.frames[2:]
    return found


def token(path: str, name: str) -> str:
    """Return how a frame is compared: package, module and function, whatever is between the first two.

    `path` is that of the module below its search path, with `/` for each dot and without a suffix.
    """
    parts = path.split("/")
    if len(parts) > 1 and parts[-1] == "__init__":
        parts.pop()
    return f"{parts[0]}/{parts[-1]}:{name.rsplit('.', 1)[-1]}"


def brief(token: str) -> str:
    """Return what is left of a token where the module is not known."""
    return re.sub(r"/[^:]*", "", token)


def package(token: str) -> str:
    """Return the package of a frame."""
    return re.split("[/:]", token, maxsplit=1)[0]


def is_plumbing(frame: str) -> bool:
    """Tell whether a frame says nothing of a cause."""
    package, _, function = brief(frame).partition(":")
    return package in _PLUMBING_PACKAGES or function in _PLUMBING.get(package, ())


def _frame(line: str) -> str | None:
    found = _FILE.search(line) or _PY_SPY.search(line)
    if found:
        path = _INSTALLED.sub("", found["path"]).replace("\\", "/")
        return token(re.sub(r"\.[a-z]+$", "", path), found["name"])
    page = _PAGE.match(line)
    return brief(token(page["path"], page["name"])) if page else None
