"""What a proof can reach: loopback, files to write below its own folder, and processes of its own.

The kernel enforces it, so it holds for C code and for child processes as well. What the kernel of a machine does not
offer, or does not let this user have, is not enforced; `network` and `files` tell.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import socket
import struct
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 0x1
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38

# Landlock; the numbers of its system calls are the same on every machine.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_BENEATH = 1
_WRITE, _REFER, _TRUNCATE = 1 << 1, 1 << 13, 1 << 14
_MAKE_AND_REMOVE = 0b1_1111_1111_0000  # files, folders, links, sockets, pipes and devices
_SCOPE_SIGNALS = 2
_SHARED = ("/dev/null", "/dev/shm")  # noqa: S108 - locks of `multiprocessing` are files of the second


def network() -> bool:
    """Move this process, which has one thread, to a network that is loopback alone; tell whether the kernel did."""
    flags = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET
    user, group = os.geteuid(), os.getegid()
    if _libc.unshare(flags) != 0:
        return False
    if flags & _CLONE_NEWUSER:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
        _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)  # the prover has to see it as before
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))
    return True


def files(folder: str) -> bool:
    """Let this process, and all that it starts, write below a folder only; tell whether the kernel sees to it."""
    version = _libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    of_a_file = _WRITE | (_TRUNCATE if version >= 3 else 0)
    handled = of_a_file | _MAKE_AND_REMOVE | (_REFER if version >= 2 else 0)
    scoped = _SCOPE_SIGNALS if version >= 6 else 0
    asked = struct.pack("QQQ", handled, 0, scoped)
    ruleset = _libc.syscall(_CREATE_RULESET, asked, ctypes.c_size_t(len(asked) if version >= 6 else 8), 0)
    for path in (folder, *_SHARED):
        with contextlib.suppress(FileNotFoundError):
            beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
            granted = handled if Path(path).is_dir() else of_a_file
            _libc.syscall(_ADD_RULE, ruleset, _BENEATH, struct.pack("=Qi", granted, beneath), 0)
            os.close(beneath)
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    restricted: int = _libc.syscall(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
    return restricted == 0
