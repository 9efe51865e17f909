"""The sets of versions that everything is proved with, each in an environment of its own below `.cache/matrix`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from unstuck.problem import Problem

#: What each set is, and what uv is told to resolve it from pyproject.toml.
SETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "lowest": ("the oldest versions that `pyproject.toml` allows", ("--resolution", "lowest-direct")),
    "locked": ("the versions of `requirements.lock`, with which every build proves", ("-c", "requirements.lock")),
    "newest": ("the newest released versions that fit together", ()),
    "pre-release": ("the same, with versions that are not released yet", ("--prerelease", "allow")),
}


def environment(at: Path, name: str) -> Path:
    """Make the environment of a set afresh, without the tool itself, and return its Python."""
    folder = at / ".cache" / "matrix" / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    pins, python = folder.with_suffix(".txt"), folder / "bin" / "python"
    wanted = ["pyproject.toml", "--group", "proofs", "--python-version", f"{sys.version_info[0]}.{sys.version_info[1]}"]
    quiet = ["--quiet", "--no-header", "--no-annotate"]
    _uv(at, "pip", "compile", *wanted, *quiet, *SETS[name][1], "--upgrade", "--output-file", str(pins))
    _uv(at, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder))
    _uv(at, "pip", "sync", "--quiet", "--python", str(python), str(pins))
    return python


def _uv(at: Path, *arguments: str) -> None:
    outside = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    command = [sys.executable, "-m", "uv", *arguments]
    done = subprocess.run(command, cwd=at, env=outside, capture_output=True, text=True, check=False)
    if done.returncode:
        what = f"`uv {arguments[0]} {arguments[1]}` failed:\n{done.stderr.strip()}"
        remedy = (
            "If it says that versions do not fit together, correct the bounds; else see whether the network is there."
        )
        raise Problem(at / "pyproject.toml", None, what, remedy)
