"""The environment names a proxy that accepts every connection and never says a word."""

import asyncio
import os
import socket
import time

import httpx2

from unstuck.fakes import Answer, Provider

LETTER = "Pt. presents c/o cephalgia."
PLAIN = "You came because of a headache."

PROXY = socket.create_server(("127.0.0.1", 0))
os.environ["HTTP_PROXY"] = os.environ["HTTPS_PROXY"] = f"http://127.0.0.1:{PROXY.getsockname()[1]}"


FIREWALLED = socket.socket()  # its queue is full: the kernel drops each attempt to connect, as a firewall does
FIREWALLED.bind(("127.0.0.1", 0))
FIREWALLED.listen(0)
QUEUE = [socket.socket(), socket.socket()]
for waiting in QUEUE:
    waiting.setblocking(False)
    waiting.connect_ex(FIREWALLED.getsockname())
os.environ["MODEL_URL"] = f"http://127.0.0.1:{FIREWALLED.getsockname()[1]}/v1"

_getaddrinfo = socket.getaddrinfo


def _slow_getaddrinfo(host, *args, **kwargs):
    """Resolve one name after thirty seconds, as a resolver does whose first servers are gone."""
    if host in {"far.internal", b"far.internal"}:
        time.sleep(30)
    return _getaddrinfo(host, *args, **kwargs)


socket.getaddrinfo = _slow_getaddrinfo


async def drive(program, provider: Provider) -> str:
    provider.script(Answer(PLAIN))
    return await program.in_plain_words(LETTER)


def script(program, provider: Provider) -> str:
    provider.script(Answer(PLAIN))
    return program.in_plain_words(LETTER)


def index(program) -> int:
    return program.index([LETTER, PLAIN])


async def sync_first(program, provider: Provider) -> str:
    """The synchronous call is answered, through the other proxy, before the asynchronous one is made."""
    provider.script(Answer(PLAIN))
    await asyncio.to_thread(program.now, LETTER)
    return await program.in_plain_words(LETTER)


def routes(_, provider: Provider) -> str:
    """Say which way a request goes, by what `NO_PROXY` says."""
    urls = ("http://llm.internal", "http://llm.internal:8000", "http://localhost:11434", "http://127.0.0.1:11434")
    rows = [f"| `NO_PROXY` | {' | '.join(f'`{url}`' for url in urls)} |", "|---" * (1 + len(urls)) + "|"]
    for hosts in ("", "llm.internal", ".internal", "*.internal", "llm", "localhost", "127.0.0.1", "127.0.0.0/8", "*"):
        os.environ["NO_PROXY"] = hosts
        rows.append(f"| {f'`{hosts}`' if hosts else 'not set'} | {' | '.join(_route(url) for url in urls)} |")
    return "\n".join(rows)


def _route(url: str) -> str:
    try:
        httpx2.Client(timeout=1).get(url)
    except httpx2.TimeoutException:
        return "proxy"
    except httpx2.ConnectError:
        return "direct"
    return "direct"


CAPTURES = {"routes.md": routes}
