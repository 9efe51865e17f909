"""The wheel alone is enough for a reader: no clone, no LangChain, nothing of the site."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from unstuck.catalogue import root

SERVICE = """\
import requests
from langchain_openai import ChatOpenAI

model = ChatOpenAI(model="gpt-4o-mini")


async def answer(question: str) -> str:
    return model.invoke(question).text


def part(number: str) -> str:
    return requests.get(f"http://stock.internal/parts/{number}").text
"""


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a fresh environment with the wheel and what it needs, at the locked versions."""
    at = tmp_path_factory.mktemp("wheel")
    hatch = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(at)]
    subprocess.run(hatch, cwd=root(), check=True, capture_output=True)
    locked = re.findall(r"^\S+==[^ \\]+", (root() / "requirements.lock").read_text(), re.MULTILINE)
    (at / "locked.txt").write_text("\n".join(locked))
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", "--python", sys.executable, str(at / "venv")], check=True)
    install = ["pip", "install", "--python", str(at / "venv"), "--constraint", str(at / "locked.txt")]
    subprocess.run([*uv, *install, *map(str, at.glob("*.whl"))], check=True)
    return at / "venv" / ("Scripts" if sys.platform == "win32" else "bin")


def test_find_needs_the_wheel_alone(scripts: Path, tmp_path: Path) -> None:
    """Rules, titles and addresses come with it."""
    (tmp_path / "service.py").write_text(SERVICE)
    found = subprocess.run(
        [scripts / "unstuck", "find", "--json"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert found.stderr == ""
    assert found.returncode == 1
    assert [(finding["line"], finding["slug"]) for finding in json.loads(found.stdout)] == [
        (4, "model-call-without-timeout"),
        (8, "sync-call-in-async-code"),
        (12, "tool-never-returns"),
    ]


def test_nothing_that_the_site_or_the_proofs_need_is_installed(scripts: Path) -> None:
    """The installation takes seconds, and clashes with no service's own packages."""
    freeze = [sys.executable, "-m", "uv", "pip", "list", "--format", "json", "--python", str(scripts.parent)]
    listed = subprocess.run(freeze, capture_output=True, text=True, check=True).stdout
    installed = {package["name"] for package in json.loads(listed)}

    assert {"unstuck", "ruff", "ast-grep-py"} <= installed
    assert {name for name in installed if name.startswith(("lang", "mkdocs", "pytest", "zensical", "pyyaml"))} == set()
