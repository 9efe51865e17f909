"""What the threads of a process are doing, as the Linux kernel sees it."""

from __future__ import annotations

import array
import contextlib
import fcntl
import os
import platform
import struct
import time
from collections.abc import Iterator
from typing import Literal

Wait = tuple[int, Literal["ms", "timespec", "timeval", "futex", "sleep"]]
"""Which argument bounds a wait, and in which form."""

#: The system calls in which a thread may sleep, by number; None where it sleeps without a bound.
_CALLS: dict[str, dict[int, Wait | None]] = {
    "x86_64": {
        **dict.fromkeys((0, 1, 19, 20, 34, 42, 43, 44, 45, 46, 47, 61, 72, 73, 130, 247, 288)),
        7: (2, "ms"),
        23: (4, "timeval"),
        35: (0, "timespec"),
        128: (2, "timespec"),
        202: (3, "futex"),
        230: (2, "sleep"),
        232: (3, "ms"),
        270: (4, "timespec"),
        271: (2, "timespec"),
        281: (3, "ms"),
        441: (3, "timespec"),
    },
    "aarch64": {
        **dict.fromkeys((25, 32, 63, 64, 65, 66, 95, 133, 202, 203, 206, 207, 211, 212, 242, 260)),
        22: (3, "ms"),
        72: (4, "timespec"),
        73: (2, "timespec"),
        98: (3, "futex"),
        101: (0, "timespec"),
        115: (2, "sleep"),
        137: (2, "timespec"),
        441: (3, "timespec"),
    },
}
_KNOWN = _CALLS.get(platform.machine(), {})
_SIOCOUTQ, _SIOCOUTQNSD = 0x5411, 0x894B  # bytes that the peer has not confirmed; bytes that are not even sent
_FILES = ("children", "stat", "syscall", "schedstat")

Rest = dict[tuple[str, str], float | None]
"""The sleeping threads, by thread id and how often each has run, and the seconds after which each wakes by itself.

Two looks with equal keys, at different times, prove that no thread ran between them:
each slept in both, and none was scheduled in the meantime.
"""


def supported() -> bool:
    """Tell whether this machine can show what a proof has to see."""
    folder = f"/proc/self/task/{os.getpid()}/"
    return bool(_KNOWN) and all(os.access(folder + name, os.R_OK) for name in _FILES)


def at_rest(pid: int | str = "self", except_for: int | None = None, *, children: bool = True) -> Rest | None:
    """Return what sleeps in a process and in its children, or None when a thread of them runs or is about to."""
    rest: Rest = {}
    children = children and (pid != "self" or has_children())
    try:
        for tid in os.listdir(f"/proc/{pid}/task"):
            folder = f"/proc/{pid}/task/{tid}/"
            for child in _read(folder + "children").split() if children else ():
                below = at_rest(child)
                if below is None:
                    return None
                rest |= below
            if int(tid) == except_for:
                continue
            state = thread_state(folder)
            if state == "Z":
                rest[tid, state] = None
                continue
            wait = _wait(pid, _fields(folder + "syscall")) if state == "S" else 0.0
            if wait == 0.0:
                return None
            rest[tid, _fields(folder + "schedstat")[2]] = wait
    except OSError:  # a thread or a process is gone
        return None
    return rest


def thread_state(folder: str) -> str:
    """Return the letter for the state of a thread: S for asleep, R for running or about to."""
    return _fields(folder + "stat")[0]


def sleeps_in(pid: int, tid: str) -> tuple[str, float | None]:
    """Return how often a thread has run and the seconds after which it wakes by itself, 0.0 when it is awake."""
    folder = f"/proc/{pid}/task/{tid}/"
    wait = _wait(pid, _fields(folder + "syscall")) if thread_state(folder) == "S" else 0.0
    return _fields(folder + "schedstat")[2], wait


def has_children() -> bool:
    """Tell whether this process has child processes, ended or not."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def in_transit() -> bool:
    """Tell whether the kernel still carries bytes that may wake a thread: unsent, or in the queue of a processor.

    A pipe or a Unix socket wakes its reader within `write`; TCP on loopback goes through a queue.
    """
    unsent = _pending(_SIOCOUTQNSD)
    if not unsent and not has_children():
        return False
    queued = [fields[11] for line in _read("/proc/net/softnet_stat").splitlines() if len(fields := line.split()) > 11]
    if not queued:  # kernels before 5.10 do not show the queue
        unsent = _pending(_SIOCOUTQ)
    return any(unsent) or any(int(count, 16) for count in queued)


def cpu_seconds(pid: int, tid: str | None = None) -> float:
    """Return the processor time that a process or one of its threads has used, 0.0 when it is gone."""
    try:
        fields = _fields(f"/proc/{pid}/task/{tid}/stat" if tid else f"/proc/{pid}/stat")
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stopped(pid: int) -> bool:
    """Tell whether a process has been stopped by a signal."""
    try:
        return thread_state(f"/proc/{pid}/") == "T"
    except OSError:
        return False


def memory(pid: int | str = "self") -> int:
    """Return the bytes of memory that a process holds, 0 when it is gone."""
    try:
        return int(_fields(f"/proc/{pid}/statm")[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def own_memory(pid: int) -> int:
    """Return the bytes that a process holds, what it shares divided by those who share it; 0 when it is gone."""
    try:
        return 1024 * int(_read(f"/proc/{pid}/smaps_rollup").partition("\nPss:")[2].split()[0])
    except (OSError, IndexError):
        return 0


def thread_cpu_seconds(tid: int | None) -> float:
    """Return the processor time that a thread of this process has used, 0.0 when it is not known or gone."""
    try:
        return int(_fields(f"/proc/self/task/{tid}/schedstat")[0]) / 1e9
    except OSError:
        return 0.0


def descendants(pid: int | str = "self") -> Iterator[int]:
    """Yield the living children of a process and theirs, nearest first; those in sessions of their own, too."""
    for child in children_of(pid):
        yield child
        yield from descendants(child)


def children_of(pid: int | str = "self") -> list[int]:
    """Return the children of a process that have not ended."""
    children = []
    with contextlib.suppress(OSError):  # it may end while it is looked at
        for tid in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError):  # and so may a thread of it
                children += [int(child) for child in _read(f"/proc/{pid}/task/{tid}/children").split()]
    return [child for child in children if _lives(child)]


def _lives(pid: int) -> bool:
    try:
        return thread_state(f"/proc/{pid}/") not in {"Z", "X"}
    except OSError:
        return False


def _wait(pid: int | str, syscall: list[str]) -> float | None:
    """Return the seconds after which a sleeping thread wakes by itself, None for never, 0.0 when it cannot be told."""
    number = int(syscall[0]) if syscall[0].isdigit() else -1
    if number not in _KNOWN:
        return 0.0
    bound = _KNOWN[number]
    if bound is None:
        return None
    arguments = [int(text, 16) for text in syscall[1:7]]
    argument, form = arguments[bound[0]], bound[1]
    if form == "ms":
        milliseconds = struct.unpack("i", struct.pack("I", argument & 0xFFFFFFFF))[0]
        return None if milliseconds < 0 else milliseconds / 1000
    if argument == 0:
        return None
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        memory.seek(argument)
        bound_by = memory.read(16)
    if len(bound_by) < 16:  # the process is about to be gone
        return 0.0
    whole, part = struct.unpack("qq", bound_by)
    seconds = float(whole + part / (1e6 if form == "timeval" else 1e9))
    return max(seconds - _start(form, arguments), 1e-6)


def _start(form: str, arguments: list[int]) -> float:
    """Return the reading of the clock from which the bound of a wait counts, 0.0 when it counts from its beginning."""
    if form == "futex" and arguments[1] & 0x7F != 0:  # every operation but FUTEX_WAIT gives the end, not the length
        realtime = arguments[1] & 0x100 or arguments[1] & 0x7F == 6
        return time.clock_gettime(time.CLOCK_REALTIME if realtime else time.CLOCK_MONOTONIC)
    if form == "sleep" and arguments[1] & 1:
        return time.clock_gettime(arguments[0])
    return 0.0


def _pending(request: int) -> list[int]:
    """Return what an ioctl says of each TCP connection of this process."""
    found = []
    count = array.array("i", [0])
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # another kind of descriptor
            fcntl.ioctl(int(name), request, count)
            found.append(count[0])
    return found


def _fields(path: str) -> list[str]:
    """Return the fields of a file, those behind a command's name; raise OSError when who it tells of is gone."""
    fields = _read(path).rpartition(")")[2].split()
    if not fields:
        raise ProcessLookupError(path)
    return fields


def _read(path: str) -> str:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, 65536).decode(errors="replace")
    finally:
        os.close(descriptor)
