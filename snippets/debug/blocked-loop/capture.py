"""The provider is silent for the watchdog, and answers asyncio's debug mode late: that one speaks only afterwards."""

import re
from pathlib import Path

from unstuck.captures import GUARDS, output_until, running, settled, shortened, stuck
from unstuck.fakes import AfterGate, Answer, Gate, Provider, Silence

HERE = Path(__file__).parent


def capture() -> dict[str, str]:
    return {"watchdog.txt": watchdog(), "debug-mode.txt": debug_mode()}


def watchdog() -> str:
    with Provider() as provider:
        provider.script(Silence())
        with running(HERE / "watched.py", OPENAI_BASE_URL=provider.base_url, PYTHONPATH=GUARDS) as process:
            text = output_until(process, "self._sock.recv(max_bytes)")
    return _shown(text)


def debug_mode() -> str:
    """Let the provider answer once the program has come to rest in its call."""
    gate = Gate()
    with Provider() as provider:
        provider.script(AfterGate(gate, Answer("From nine to five.")))
        settings = {"OPENAI_BASE_URL": provider.base_url, "PYTHONASYNCIODEBUG": "1"}
        with stuck(HERE / "plain.py", **settings) as process:
            gate.open()
            text = output_until(process, "seconds")
    return _shown(text)


def _shown(text: str) -> str:
    return shortened(re.sub(r"\d+\.\d+ s", "… s", settled(text, HERE)), HERE, innermost_last=True)
