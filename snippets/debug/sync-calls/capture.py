"""The finders read the service's source; nothing runs."""

import subprocess
import sys
from pathlib import Path

from unstuck.captures import settled

HERE = Path(__file__).parent

COMMANDS = {
    "ruff.txt": ["ruff", "check", "--isolated", "--no-cache", "--output-format", "concise", "--select", "ASYNC", "service.py"],
    "ruff-preview.txt": [
        *["ruff", "check", "--isolated", "--no-cache", "--output-format", "concise"],
        *["--preview", "--select", "RUF029", "service.py"],
    ],
    "find.txt": [sys.executable, "-m", "unstuck", "find", "--select", "sync-call-in-async-code", "service.py"],
}


def capture() -> dict[str, str]:
    return {name: _output(command) for name, command in COMMANDS.items()}


def _output(command: list[str]) -> str:
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    return settled(done.stdout + done.stderr, HERE)
