"""The finders read the service's source; nothing runs."""

import subprocess
import sys
from pathlib import Path

from unstuck.captures import settled

HERE = Path(__file__).parent
RUFF = ["ruff", "check", "--isolated", "--no-cache", "--output-format", "concise"]


def capture() -> dict[str, str]:
    return {
        "ruff.txt": _output([*RUFF, "--select", "ASYNC"]),
        "ruff-preview.txt": _output([*RUFF, "--preview", "--select", "RUF029"]),
        "find.txt": _output([sys.executable, "-m", "unstuck", "find", "--select", "sync-call-in-async-code"]),
    }


def _output(command: list[str]) -> str:
    done = subprocess.run([*command, "service.py"], cwd=HERE, capture_output=True, text=True, check=False)
    return settled(done.stdout + done.stderr, HERE)
