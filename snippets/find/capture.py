"""The finder reads two programs; nothing runs."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

COMMANDS = {
    "find.txt": ["service.py"],
    "bounded.txt": ["bounded.py"],
    "find.json": ["--json", "--select", "tool-never-returns", "service.py"],
    "github.txt": ["--format", "github", "--select", "tool-never-returns", "service.py"],
}


def capture() -> dict[str, str]:
    return {name: _output(arguments) for name, arguments in COMMANDS.items()}


def _output(arguments: list[str]) -> str:
    command = [sys.executable, "-m", "unstuck", "find", *arguments]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
