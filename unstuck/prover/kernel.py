"""What the threads of a process are doing, as the Linux kernel sees it."""

from __future__ import annotations

import array
import fcntl
import os
import platform
import stat
import termios
from dataclasses import dataclass

_FOR_EVER = {0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF}
_NULL = {0}


@dataclass(frozen=True)
class _Timeout:
    """The argument that bounds a wait, and the values with which it never ends."""

    argument: int
    never: frozenset[int]


def _calls(machine: str) -> dict[int, _Timeout | None]:
    """Return the system calls in which a thread may sleep for ever, by number."""
    null, minus = frozenset(_NULL), frozenset(_FOR_EVER)
    if machine == "x86_64":
        unbounded = "read 0 write 1 connect 42 accept 43 sendto 44 recvfrom 45 sendmsg 46 recvmsg 47 wait4 61 flock 73"
        unbounded += " pause 34 waitid 247 accept4 288"
        bounded = {202: (3, null), 7: (2, minus), 232: (3, minus), 281: (3, minus), 271: (2, null), 23: (4, null)}
        bounded |= {270: (4, null), 441: (3, null)}
    else:
        unbounded = "read 63 write 64 connect 203 accept 202 sendto 206 recvfrom 207 sendmsg 211 recvmsg 212 wait4 260"
        unbounded += " flock 32 waitid 95 accept4 242"
        bounded = {98: (3, null), 22: (3, minus), 73: (2, null), 72: (4, null), 441: (3, null)}
    free: dict[int, _Timeout | None] = {int(number): None for number in unbounded.split()[1::2]}
    return free | {number: _Timeout(argument, never) for number, (argument, never) in bounded.items()}


_CALLS = _calls(platform.machine())

#: Thread id and the number of times it has run: equal in two samples when the thread did not move between them.
Rest = list[tuple[str, str]]


def supported() -> bool:
    """Tell whether this machine can show what a proof has to see."""
    return platform.machine() in {"x86_64", "aarch64"} and os.path.exists("/proc/self/task")


def at_rest(pid: int | str = "self", except_for: int | None = None) -> Rest | None:
    """Return what every thread of a process and of its children sleeps in, or None when one of them can still move.

    A thread can move unless it sleeps in a wait without a timeout.
    """
    rest: Rest = []
    try:
        for tid in os.listdir(f"/proc/{pid}/task"):
            folder = f"/proc/{pid}/task/{tid}/"
            for child in _read(folder + "children").split():
                below = at_rest(child)
                if below is None:
                    return None
                rest += below
            if int(tid) == except_for:
                continue
            state = _read(folder + "stat").rsplit(")", 1)[1].split()[0]
            if state == "Z":
                rest.append((tid, state))
                continue
            if state != "S" or not _unbounded(_read(folder + "syscall").split()):
                return None
            rest.append((tid, _read(folder + "schedstat").split()[2]))
    except OSError:
        return None
    return sorted(rest)


def holds_interpreter(pid: int) -> Rest | None:
    """Return the rest of the threads when one sleeps for ever and the others only wait for their turn.

    That is what a process looks like in which C code waits without giving up the interpreter's lock.
    """
    rest: Rest = []
    try:
        for tid in os.listdir(f"/proc/{pid}/task"):
            folder = f"/proc/{pid}/task/{tid}/"
            if _read(folder + "stat").rsplit(")", 1)[1].split()[0] != "S":
                return None
            if _unbounded(_read(folder + "syscall").split()):
                rest.append((tid, _read(folder + "schedstat").split()[2]))
    except OSError:
        return None
    return sorted(rest) or None


def bytes_in_flight() -> bool:
    """Tell whether a socket of this process holds bytes that its peer's kernel has not taken yet."""
    for name in os.listdir("/proc/self/fd"):
        try:
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                pending = array.array("i", [0])
                fcntl.ioctl(int(name), termios.TIOCOUTQ, pending)
                if pending[0]:
                    return True
        except OSError:
            continue
    return False


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used, 0.0 when it is gone."""
    try:
        fields = _read(f"/proc/{pid}/stat").rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _unbounded(syscall: list[str]) -> bool:
    if not syscall[0].isdigit() or int(syscall[0]) not in _CALLS:
        return False
    timeout = _CALLS[int(syscall[0])]
    return timeout is None or int(syscall[1 + timeout.argument], 16) in timeout.never


def _read(path: str) -> str:
    with open(path) as file:
        return file.read()
