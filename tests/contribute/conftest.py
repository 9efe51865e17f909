from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from unstuck.catalogue import root

SOURCES = ("docs", "mkdocs.yml", "pyproject.toml", "requirements.lock", "snippets", "unstuck/causes.json")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of what a contributor changes, and of what that is checked against."""
    (tmp_path / "unstuck").mkdir()
    for name in SOURCES:
        if (root() / name).is_dir():
            shutil.copytree(root() / name, tmp_path / name)
        else:
            shutil.copy(root() / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def commit(clone: Path) -> Callable[[], None]:
    """Commit all that is in the copy, to a repository of its own."""

    def commit() -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@b.invalid"]
        for command in (["init", "--quiet"], ["add", "--all"], [*who, "commit", "--quiet", "--message=x"]):
            subprocess.run(["git", *command], cwd=clone, check=True)

    return commit
