from __future__ import annotations

import shutil
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
