"""A process that imports each library once, starts no thread, and forks a child for each run.

It outlives every child, adopts what a child leaves behind and kills it, so that nothing of a run survives it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import platform
import re
import select
import signal
import socket
import ssl
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from unstuck.prover import clock, dumps, fence, process
from unstuck.prover.run import Request, Run

_ALWAYS = (
    "asyncio",
    "httpx",
    "langchain_core.callbacks",
    "langchain_core.language_models",
    "langchain_core.prompts",
    "langchain_core.runnables",
    "langchain_core.tools",
    "requests",
    "sqlite3",
    "unstuck.prover.child",
)

#: What is imported before the first run of a program or a proof that names the package. They take 0.1 to 1.5 s each.
_ON_DEMAND = {
    "fastapi": ("fastapi",),
    "langchain": ("langchain.agents", "langchain.agents.middleware"),
    "langchain_anthropic": ("langchain_anthropic",),
    "langchain_classic": ("langchain_classic.agents", "langchain_classic.chains"),
    "langchain_mcp_adapters": ("langchain_mcp_adapters.client", "mcp.server.fastmcp"),
    "langchain_ollama": ("langchain_ollama",),
    "langchain_openai": ("langchain_openai",),
    "langgraph": ("langgraph.checkpoint.memory", "langgraph.graph"),
    "mcp": ("mcp.server.fastmcp",),
}
_NAMED = re.compile(r"^(?:from|import) (\w+)", re.MULTILINE)  # what a function imports, it pays for itself


class Preload:
    """What is imported before a fork, so that no run pays a first-time cost; `bound` is where clocks are bound."""

    def __init__(self) -> None:
        os.environ["OPENAI_API_KEY"] = "not-a-key"
        self._done: set[str] = set()
        for module in _ALWAYS:
            importlib.import_module(module)
        context = ssl.create_default_context()  # takes 90 ms, twice for each client; every server here speaks HTTP
        ssl.create_default_context = lambda *args, **kwargs: context
        platform.uname().processor  # noqa: B018 - starts a process the first time, and every OpenAI client asks for it
        dumps.tasks()
        self._keep()

    def add(self, source: str) -> None:
        """Import the packages that a source text names, as far as they are known here."""
        missing = (_ON_DEMAND.keys() & set(_NAMED.findall(source))) - self._done
        for name in sorted(missing):
            for module in _ON_DEMAND[name]:
                importlib.import_module(module)
        if "langchain_openai" in missing:  # its first client pays for all
            sys.modules["langchain_openai"].ChatOpenAI(model="warm", base_url="http://127.0.0.1:9/v1", timeout=1)
        if missing:
            self._done |= missing
            self._keep()

    def _keep(self) -> None:
        gc.collect()
        gc.freeze()
        self.bound = clock.bindings()


class Zygote:
    """Serves one prover until that closes its side of the control socket."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        fence.network()
        self._preload = Preload()
        self._runs: dict[int, tuple[int, int]] = {}  # pid of each child by its pidfd, with the descriptor of its report
        process.adopt_orphans()

    def serve(self) -> None:
        """Fork a child for each request that arrives, and clear up after each that ends."""
        with suppress(BrokenPipeError):  # the prover may be gone before the imports are done
            self._control.send(b"ready")
        while True:
            poll = select.poll()
            for descriptor in (self._control.fileno(), *self._runs):
                poll.register(descriptor, select.POLLIN)
            for descriptor, _ in poll.poll():
                if descriptor in self._runs:
                    self._clear_up(descriptor)
                elif not self._fork():
                    return self._close()

    def _fork(self) -> bool:
        message, descriptors, _, _ = socket.recv_fds(self._control, 1 << 20, 3)
        if not message:
            return False
        request = Request(**json.loads(message))
        self._prepare(request)
        pid = os.fork()
        if pid == 0:
            self._control.close()
            _become_child(request, descriptors, self._preload.bound)
        report, *others = descriptors
        for descriptor in others:
            os.close(descriptor)
        self._runs[os.pidfd_open(pid)] = pid, report
        self._control.send(str(pid).encode())
        return True

    def _prepare(self, request: Request) -> None:
        self._preload.add(request.source)
        with suppress(OSError, UnicodeDecodeError):  # the child will say what is wrong with its proof
            self._preload.add(Path(request.proof).read_text(encoding="utf-8"))
        threads = os.listdir("/proc/self/task")
        if len(threads) != 1:
            raise RuntimeError(f"the zygote has {len(threads)} threads; a fork would copy only one of them")

    def _clear_up(self, pidfd: int) -> None:
        """Kill what a child that has ended leaves behind, and say after its report how it ended."""
        pid, report = self._runs.pop(pidfd)
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # before the child is waited for, so that nobody else can have its number
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        process.kill_descendants(besides=[pid for pid, _ in self._runs.values()])
        with suppress(BrokenPipeError):
            os.write(report, f"{status}\n".encode())
        os.close(report)
        os.close(pidfd)

    def _close(self) -> None:
        for pid, _ in self._runs.values():
            os.kill(pid, signal.SIGKILL)
        for pidfd in list(self._runs):
            self._clear_up(pidfd)


def _become_child(request: Request, descriptors: list[int], bound: list[clock.Binding]) -> None:
    try:
        for descriptor in descriptors:
            os.set_inheritable(descriptor, False)  # noqa: FBT003 - it takes no keyword
        os.setsid()
        process.adopt_orphans()
        process.die_with_parent()
        process.limit()
        from unstuck.prover.child import Child

        Child(request, bound, *descriptors).run()
    except BaseException:
        os.write(descriptors[0], Run(end="broke off", why=traceback.format_exc()).to_json().encode() + b"\n")
    finally:
        os._exit(70)


if __name__ == "__main__":
    Zygote(socket.socket(fileno=int(sys.argv[1]))).serve()
