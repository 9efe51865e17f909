"""A process that imports everything once, starts no thread, and forks a child for each run."""

from __future__ import annotations

import gc
import importlib
import json
import os
import platform
import signal
import socket
import ssl
import sys

from unstuck.prover import clock
from unstuck.prover.run import Run

_PRELOAD = (
    "asyncio",
    "fastapi",
    "httpx",
    "langchain.agents",
    "langchain.agents.middleware",
    "langchain_classic.agents",
    "langchain_classic.chains",
    "langchain_core.prompts",
    "langchain_core.runnables",
    "langchain_core.tools",
    "langchain_core.callbacks",
    "langchain_openai",
    "langgraph.checkpoint.memory",
    "langgraph.graph",
    "requests",
    "sqlite3",
    "unstuck.prover.child",
)


def preload() -> list[clock.Binding]:
    """Import what the programs use and pay every first-time cost; return where clocks are bound by name."""
    for name in [name for name in os.environ if name.startswith(("LANGCHAIN_", "LANGSMITH_", "OPENAI_"))]:
        del os.environ[name]
    os.environ["OPENAI_API_KEY"] = "not-a-key"
    for module in _PRELOAD:
        importlib.import_module(module)
    context = ssl.create_default_context()  # takes 90 ms, twice for each client; every server here speaks plain HTTP
    ssl.create_default_context = lambda *args, **kwargs: context
    importlib.import_module("langchain_openai").ChatOpenAI(model="warm", base_url="http://127.0.0.1:9/v1", timeout=1)
    platform.uname().processor  # noqa: B018 - starts a process the first time, and every OpenAI client asks for it
    gc.collect()
    gc.freeze()
    return clock.bindings()


def serve(control: socket.socket) -> None:
    """Fork a child for each request that arrives, until the other side closes."""
    bound = preload()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    threads = os.listdir("/proc/self/task")
    if len(threads) != 1:
        raise RuntimeError(f"the zygote has {len(threads)} threads; a fork would copy only one of them")
    control.send(b"ready")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1 << 20, 3)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            _become_child(message, descriptors, bound)
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(str(pid).encode())


def _become_child(message: bytes, descriptors: list[int], bound: list[clock.Binding]) -> None:
    report, beat, fault = descriptors
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        from unstuck.prover.child import Child, Request

        Child(Request(**json.loads(message)), report, beat, fault, bound).run()
    except BaseException:
        import traceback

        os.write(report, Run(end="broke off", why=traceback.format_exc()).to_json().encode())
    finally:
        os._exit(70)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
