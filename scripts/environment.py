"""Make .venv from requirements.lock, unless it is there already.

It assumes a Python with venv and pip, nothing else.
An older Python must still be able to read this file, or it could not say that it is too old.
"""

import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
PYTHON = VENV / "Scripts" / "python.exe" if os.name == "nt" else VENV / "bin" / "python"
# Written last and removed first: without it, what stands in .venv is not trusted.
STAMP = VENV / "made-from"
# What pip and uv say when they reach nobody; pip's last line, the first one here, does not even say that.
OFFLINE = re.compile(
    rb"from versions: none|proxy|connect|name resolution|dns error|timed out|failed to fetch|unreachable", re.IGNORECASE
)


def ensure() -> None:
    """Make or renew the environment, or say in a sentence why that cannot be; do nothing when it is up to date."""
    require_python()
    interpreter, lock = wanted()
    made_from = STAMP.read_text().splitlines() if STAMP.exists() and PYTHON.exists() else []
    if made_from == [interpreter, lock]:
        say(".venv is up to date with requirements.lock.")
        return
    if STAMP.exists():
        STAMP.unlink()
    try:
        if made_from[:1] != [interpreter]:
            make_venv()
        install()
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. The next run starts afresh.")
    STAMP.write_text(interpreter + "\n" + lock + "\n")
    say(".venv is ready.")


def require_python() -> None:
    """Stop with a clear sentence when the running Python is too old."""
    if tuple(sys.version_info[:2]) < OLDEST:
        sys.exit(
            f"Unstuck needs Python {version(OLDEST)} or newer; {sys.executable} is {version(sys.version_info[:3])}."
            "\nName a newer one: make serve PYTHON=python3.12, or python3.12 scripts/serve.py"
        )


def wanted() -> "list[str]":
    """Return what the stamp says when all is up to date: the Python and the place, then the hash of the lock."""
    interpreter = f"python {version(sys.version_info[:3])} in {VENV}"
    return [interpreter, "lock " + hashlib.sha256(LOCK.read_bytes()).hexdigest()]


def make_venv() -> None:
    """Make an empty environment in the place of whatever is there."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            f"{sys.executable} has no venv or no ensurepip, so it cannot make .venv."
            "\nOn Debian and Ubuntu they come with: apt install python3-venv"
        )
    # From inside .venv the running Python would delete itself; the one it was made from would not.
    base = getattr(sys, "_base_executable", None) or sys.executable
    run(f"Making .venv with Python {version(sys.version_info[:3])}.", base, "-m", "venv", "--clear", str(VENV))


def install() -> None:
    """Install what the lock names, with uv, which the lock names too; then this project, editable."""
    python = [str(PYTHON), "-m"]
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder) / "uv.txt"
        only_uv.write_text(locked("uv"))
        pip = [*python, "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps", "--require-hashes"]
        run("Installing uv with pip.", *pip, "--requirement", str(only_uv))
    uv = [*python, "uv", "pip"]
    run("Installing requirements.lock with uv.", *uv, "sync", "--python", str(PYTHON), "--require-hashes", str(LOCK))
    editable = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    run("Installing unstuck itself, editable.", *uv, "install", "--python", str(PYTHON), *editable)


def locked(name: str) -> str:
    """Return the entry of one package in the lock, with its hashes."""
    entry = re.search(rf"^{name}==.*\n(?: .*\n)*", LOCK.read_text(), re.MULTILINE)
    if entry is None:
        sys.exit(f"{LOCK} does not name {name}. `git checkout requirements.lock` brings it back.")
    return entry.group()


def run(doing: str, *command: str) -> None:
    """Say what is being done and do it; when it fails, say what that means."""
    say(doing)
    process = subprocess.Popen(command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = b""
    try:
        for line in process.stdout or ():
            output += line
            if not line.startswith(b" + "):  # uv names each package that is new; here they all are.
                sys.stdout.buffer.write(b"  " + line)
                sys.stdout.buffer.flush()
    except BaseException:
        process.kill()
        raise
    if process.wait() == 0:
        return
    if OFFLINE.search(output):
        sys.exit(
            "The packages could not be downloaded: is the network there?"
            "\nBehind a proxy set HTTPS_PROXY; for a mirror set PIP_INDEX_URL and UV_DEFAULT_INDEX."
        )
    sys.exit(f"That failed with exit code {process.returncode}; the lines above say why. The next run starts afresh.")


def say(sentence: str) -> None:
    """Print at once, even into a pipe."""
    print(sentence, flush=True)


def version(parts: "tuple[int, ...]") -> str:
    """Return a version as people write it."""
    return ".".join(str(part) for part in parts)


if __name__ == "__main__":
    ensure()
