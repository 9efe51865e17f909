"""What the repository promises before anything of it runs: the lock, the wheel, the commands, the workflows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest
from mkdocs.utils.yaml import yaml_load
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
MAY_WRITE = {
    "pages.yml": ["pages: write", "id-token: write"],
    "update.yml": ["contents: write", "pull-requests: write"],
    "weekly.yml": ["contents: write", "issues: write", "pull-requests: write"],
}
LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def entries() -> dict[str, str]:
    """Return the hashes of each locked package; a name can stand twice, where platforms differ."""
    found = re.findall(r"^(\S+)==(\S+).*\n((?: .*\n)*)", LOCK, re.MULTILINE)
    return {f"{name}=={version}": hashes for name, version, hashes in found}


def required() -> list[Requirement]:
    """Return what pyproject.toml asks for, groups included."""
    named = [line for group in PROJECT["dependency-groups"].values() for line in group if isinstance(line, str)]
    return [Requirement(line) for line in [*PROJECT["project"]["dependencies"], *named]]


def test_lock_names_no_address() -> None:
    """The lock says what to install, not from where."""
    assert "://" not in LOCK


def test_lock_has_hashes() -> None:
    """Nothing is installed that is not the very file that was locked."""
    lines = [line for line in LOCK.splitlines() if line[0] not in " #"]

    assert len(lines) == len(entries()) > 100
    assert [entry for entry, hashes in entries().items() if not re.search("--hash=sha256:[0-9a-f]{64}", hashes)] == []


@pytest.mark.parametrize("requirement", required(), ids=str)
def test_lock_is_within_range(requirement: Requirement) -> None:
    """What the proofs ran with is what pyproject.toml calls supported."""
    locked = [Version(entry.split("==")[1]) for entry in entries() if entry.split("==")[0] == requirement.name]

    assert locked
    assert all(version in requirement.specifier for version in locked)


def test_wheel_holds_the_tool_alone(tmp_path: Path) -> None:
    """Who installs the wheel gets `unstuck`, and no `tests` or `scripts` beside it."""
    hatch = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(hatch, cwd=ROOT, check=True, capture_output=True)

    [wheel] = tmp_path.iterdir()
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"unstuck", f"unstuck-{PROJECT['project']['version']}.dist-info"}


@pytest.mark.parametrize("script", ["environment.py", "serve.py"])
def test_old_python_can_read_the_scripts(script: str) -> None:
    """No grammar newer than the Python that is to be told that it is too old."""
    assert ast.parse((ROOT / "scripts" / script).read_text(), feature_version=(3, 7)).body


def test_help_lists_every_target() -> None:
    """`make help` knows all that make can do."""
    phony = re.search(r"^\.PHONY: (.+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert phony
    assert re.findall(r"^make (\S+) +\S", listed, re.MULTILINE) == phony[1].split()


def test_workflows_are_safe() -> None:
    """A pull request from a fork can run the workflows and reach nothing else."""
    zizmor = [f"{sysconfig.get_path('scripts')}/zizmor", "--offline", ".github"]
    said = subprocess.run(zizmor, cwd=ROOT, capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned(workflow: Path) -> None:
    """Every action is a commit, with the version that it is."""
    used = re.findall(r"uses: (?!\$/)(.+)", workflow.read_text())

    assert [action for action in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_run_in_a_fork(workflow: Path) -> None:
    """They need no secret, and publish to the address of whoever runs them."""
    text = workflow.read_text()

    assert ("secrets." in text, "://" in text) == (False, False)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_write_what_they_are_for(workflow: Path) -> None:
    """What a workflow may do is granted job by job, and only publication and proposals change anything."""
    text = workflow.read_text()

    assert "\npermissions: {}\n" in text
    assert re.findall(r"^ *(\S+: write)", text, re.MULTILINE) == MAY_WRITE.get(workflow.name, [])


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_that_may_write_installs_nothing(workflow: Path) -> None:
    """Where a token can write, no library's code runs: nothing is made, and what is fetched is text."""
    jobs = yaml_load(workflow.read_text())["jobs"].values()
    writing = [job for job in jobs if "write" in job["permissions"].values()]
    steps = [step for job in writing for step in job["steps"]]

    assert {step["uses"].split("@")[0] for step in steps if "uses" in step} <= {
        "actions/checkout",
        "actions/deploy-pages",
    }
    assert [step["run"] for step in steps if re.search(r"\b(make|pip|uv)\b|\.venv", step.get("run", ""))] == []
