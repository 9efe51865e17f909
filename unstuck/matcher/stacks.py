"""Stacks in a pasted text, whatever has written them.

These are py-spy, faulthandler, tracebacks of Python, IPython, Rich and pytest-timeout, the guard `stack_dump`,
`python -m asyncio pstree`, and the pages of this site.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_NAME = r"(?P<name>[A-Za-z0-9_.<>]+)"
# What every frame has; most lines of a log have nothing of it.
_FRAME_LIKE = re.compile(r"File |\)\s*$|^ {4}[a-z]|\.py:")
_FRAMES = (
    # File "…/x.py", line 3, in f · File '…/x.py', line 3, in async C.f()
    re.compile(rf"""\bFile ["'](?P<path>[^"']+)["'](?:, line [0-9…]+)?,? in (?:async |generator )*{_NAME}"""),
    re.compile(rf"{_NAME} \((?P<path>[^()\s]+\.pyx?)(?::[0-9]+)?\)\s*$"),  # f (x.py:3)
    re.compile(rf"(?P<path>[^\s\"'|│]+\.py):[0-9]+,? in {_NAME}"),  # File ~/x.py:3, in f(a) · │ /x.py:3 in f │
    re.compile(rf"── +{_NAME} (?P<path>\S+\.py):[0-9]+\s*$"),  # └──  C.f x.py:3
)
_PAGE = re.compile(r"^    (?P<path>[a-z_][a-z0-9_]*) {2,}(?P<name>[A-Za-z0-9_.<>]+)$")  # package  C.f
# A frame that is in no file of Python, and where the variables of one of py-spy begin.
_NO_FILE = re.compile(
    r"(?: \((?:(?:<[^<>]+>|[^()\s]+):[0-9]+|\S+\.(?:so[.0-9]*|dll|dylib)|[Pp]ython[0-9.]*)\)|<no Python frame>)\s*$"
)
_VARIABLES = re.compile(r" {8}(?=(?:Arguments|Locals):\s*$)")
_HEAD = re.compile(
    r"\bThread (?:0x)?[A-Za-z0-9_…]+ .*(?:\(most recent call first\)|\((?:idle|active))|\* (?:Thread|Task)\(name=|"
    r"Traceback \(most recent call last\)|most recent call first\)|^Below it:|~ Stack of .*\([0-9]+\) ~|── \(T\) "
)
_LAST = re.compile(r"recent call last|^Below it:|~ Stack of |── \(T\) ")
_TASK = re.compile(r"\* Task\(name=.*, id=(0x[0-9a-f]+)\)")
_HEADING = re.compile(r"\+ (Awaited by|Running in):")
_LISTED = re.compile(r" {4}\* (?:Task|Thread)\(name=.*, id=(0x[0-9a-f…]+)\)")
_ON_LOOP = re.compile(r"A thread of the event loop|the event loop could not run")
_INSTALLED = re.compile(r".*[\\/](?:site-packages|dist-packages|lib[\\/]python[0-9.]+|Lib)[\\/]|^…/(?:site-packages/)?")
_NAMESPACE = re.compile(r"^(?=(?:_internal|pregel|prebuilt)/)")  # py-spy leaves out a folder without __init__.py
_CELL = "IPython/interactiveshell:run_code"  # below it, the kernel's own event loop, which serves nobody else
_LOOP = "asyncio/base_events:_run_once"
_RUNNER = "asyncio/runners:run"
_PLUMBING = {
    "threading": {"run", "_bootstrap", "_bootstrap_inner"},
    "concurrent": {"_worker", "run"},
    "asyncio": {"run", "run_forever", "run_until_complete", "_run_once", "_run", "wait"},
}
_PLUMBING_PACKAGES = frozenset({"contextlib", "contextvars", "runpy", "selectors", "time"})  # `time` is not in Python
_STANDARD = frozenset(
    ["asyncio", "concurrent", "http", "queue", "selectors", "socket", "ssl", "threading", "time", "urllib"]
)
_CLIENTS = frozenset(
    ["aiohttp", "anyio", "http", "httpcore", "httpx", "requests", "socket", "ssl", "urllib", "urllib3"]
)
_TELLING = re.compile(
    "proxy|connect_tcp|create_connection|getaddrinfo|receive_response_body|wait_for_connection|__init__|_init_|_context"
)
_TWIN = re.compile(
    r"^(_?)a(?=(?:batch|call|dispatch|embed|execute|generate|get|handle|invoke|plan|run|stream|transform))"
)
_TWIN_PART = re.compile(r"(?:^|(?<=_))a?sync_|_a?sync$")
FAR = 3  # lines without a frame, after which a frame begins another stack


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
    task: str = ""


class Stacks:
    """The stacks of a text, in its order, the lines `taken` by them, and of these the `variables` of frames."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.taken: set[int] = set()
        self.variables: set[int] = set()
        self._found: list[Stack] = []
        self._awaits: dict[str, str] = {}
        self._gap = FAR + 1
        self._column = 0
        self._heading = ""
        for number, line in enumerate(lines):
            self._read(number, line, lines)
        self.all = [stack for stack in self._found if stack.frames]
        for stack in self.all:
            if stack.innermost_last:
                stack.frames.reverse()
                stack.lines.reverse()
            if _CELL in stack.frames:
                del stack.lines[stack.frames.index(_CELL) :], stack.frames[stack.frames.index(_CELL) :]
            stack.on_loop = stack.on_loop or _runs_on_loop(stack.frames)
        tasks = {stack.task: stack for stack in self.all if stack.task}
        chains = [self._chain(stack, tasks) for stack in self.all]
        for stack, chain in zip(self.all, chains, strict=True):
            stack.frames, stack.lines = chain

    def _read(self, number: int, line: str, lines: Sequence[str]) -> None:
        listed = _LISTED.search(line) if self._heading else None
        if self._is_variable(line):
            self.variables.add(number)
        elif listed:
            if self._heading == "Awaited by" and self._found:
                self._awaits.setdefault(listed[1], self._found[-1].task)
        elif _HEAD.search(line):
            task = _TASK.search(line)
            on_loop = bool(_ON_LOOP.search(" ".join(lines[max(number - 4, 0) : number])))
            self._found.append(Stack([], [], on_loop, bool(_LAST.search(line)), task=task[1] if task else ""))
            self._gap = self._column = 0
        elif frame := _frame(line):
            if not self._found or self._gap > FAR:
                self._found.append(Stack())
                self._gap = 0
            self._found[-1].frames.append(frame)
            self._found[-1].lines.append(number)
            self._found[-1].brief = "/" not in frame
            self.taken.update(range(number - self._gap, number))
            self._gap = self._column = 0
        elif not self._found or self._gap > FAR or not _NO_FILE.search(line):
            self._gap += 1
        if listed is None:
            heading = _HEADING.search(line)
            self._heading = heading[1] if heading else ""
        if self._gap == 0 or (self._gap <= FAR and line.startswith("    ")) or listed or self._heading:
            self.taken.add(number)

    def _is_variable(self, line: str) -> bool:
        """Tell whether a line is of the local variables below a frame of py-spy, or their heading."""
        heading = _VARIABLES.search(line) if self._found and self._gap <= FAR else None
        if heading:
            self._column = heading.end()
        return bool(heading or (self._column and line[self._column :].startswith("    ")))

    def _chain(self, stack: Stack, tasks: Mapping[str, Stack]) -> tuple[list[str], list[int]]:
        """Return the frames of a task and of those that it waits for, innermost first, and their lines."""
        chain = [stack]
        while (awaited := tasks.get(self._awaits.get(chain[-1].task, ""))) and awaited not in chain:
            chain.append(awaited)
        frames = [frame for part in reversed(chain) for frame in part.frames]
        return frames, [line for part in reversed(chain) for line in part.lines]


def token(path: str, name: str) -> str:
    """Return how a frame is compared: package, module and function, whatever is between the first two.

    `path` is that of the module below its search path, with `/` for each dot and without a suffix.
    A function is the same as its asynchronous twin, and a package as its next edition, `httpx2` as `httpx`.
    All that an HTTP client does is one frame, but for what tells how far it has come, and for its making.
    """
    parts = path.split("/")
    if len(parts) > 1 and parts[-1] == "__init__":
        parts.pop()
    package, function = parts[0].rstrip("23"), name.rsplit(".", 1)[-1]
    function = _TWIN_PART.sub("", _TWIN.sub(r"\1", function))
    if package in _CLIENTS and not _TELLING.search(f"{parts[-1]}:{function}"):
        return "client/client:waits"
    return f"{package}/{parts[-1]}:{function}"


def brief(token: str) -> str:
    """Return what is left of a token where the module is not known."""
    return re.sub(r"/[^:]*", "", token)


def package(token: str) -> str:
    """Return the package of a frame."""
    return re.split("[/:]", token, maxsplit=1)[0]


def is_standard(frame: str) -> bool:
    """Tell whether a frame is of Python's own library, as far as causes have such."""
    return package(frame) in _STANDARD


def is_plumbing(frame: str) -> bool:
    """Tell whether a frame says nothing of a cause."""
    package, _, function = brief(frame).partition(":")
    return package in _PLUMBING_PACKAGES or function in _PLUMBING.get(package, ())


def _runs_on_loop(frames: Sequence[str]) -> bool:
    """Tell whether an event loop runs something; that of uvloop has no frames between `asyncio.run` and it."""
    inner = pairwise(frames[1:])
    return any(frame == _LOOP or (frame == _RUNNER and not called.startswith("asyncio/")) for called, frame in inner)


def _frame(line: str) -> str | None:
    if not _FRAME_LIKE.search(line):
        return None
    for pattern in _FRAMES:
        if found := pattern.search(line):
            path = _NAMESPACE.sub("langgraph/", _INSTALLED.sub("", found["path"]).replace("\\", "/"))
            return token(re.sub(r"\.[a-z]+$", "", path), found["name"])
    page = _PAGE.match(line)
    return brief(token(page["path"], page["name"])) if page else None
