"""Which files a search reads, and what it says of those that it cannot read."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from unstuck.finder.files import python_files
from unstuck.finder.sources import read
from unstuck.problem import Problem


def tree(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")


def found(*paths: str | Path) -> list[str]:
    problems: list[Problem] = []
    names = list(python_files([str(path) for path in paths], problems.append))
    assert problems == []
    return names


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_python_and_notebooks_are_found_in_order(at: Path) -> None:
    """Folders are read whole; names are relative, as the reader named the folder."""
    tree(at, "b.py", "a/deep/x.pyw", "a/n.ipynb", "a/t.txt", "a/x.pyi", "script")

    assert found(".") == ["a/deep/x.pyw", "a/n.ipynb", "b.py"]
    assert found("a") == ["a/deep/x.pyw", "a/n.ipynb"]
    assert found(at / "a") == [f"{at}/a/deep/x.pyw", f"{at}/a/n.ipynb"]


def test_a_named_file_is_always_searched_and_once(at: Path) -> None:
    """Neither its suffix nor git nor a second mention matters."""
    tree(at, "script", "kept.py", ".gitignore", ".venv/lib/x.py")
    (at / ".gitignore").write_text("script\nkept.py\n")

    assert found("script", "kept.py", "./kept.py", ".venv/lib/x.py", ".") == ["script", "kept.py", ".venv/lib/x.py"]


@pytest.mark.parametrize("folder", [".git", ".venv", "venv", "node_modules", "build", "dist", "__pycache__"])
def test_what_others_wrote_is_left_out(at: Path, folder: str) -> None:
    """Unless the folder itself is named."""
    tree(at, f"{folder}/x.py", f"service/{folder}/x.py", "service/a.py")

    assert found(".") == ["service/a.py"]
    assert found(folder) == [f"{folder}/x.py"]


IGNORED = {
    ".gitignore": "!\n*_gen.py\n\\\n/top/\nlogs/\n!kept_gen.py\n# comment\n\\#odd.py\n",
    "service/.gitignore": "!a_gen.py\nlocal.py\ndeep/**/x.py\n",
    "logs/.gitignore": "!x.py\n",
}


def test_what_git_ignores_is_left_out_as_git_does(at: Path) -> None:
    """The same files as `git ls-files`, with a file of patterns at each level."""
    tree(
        at,
        "a.py",
        "a_gen.py",
        "kept_gen.py",
        "top/x.py",
        "service/top/x.py",
        "logs/x.py",
        "service/logs/x.py",
        "#odd.py",
    )
    tree(
        at, "service/a_gen.py", "service/b_gen.py", "service/local.py", "local.py", "service/deep/er/x.py", "deep/x.py"
    )
    for name, patterns in IGNORED.items():
        (at / name).write_text(patterns)
    subprocess.run(["git", "init", "--quiet"], check=True)
    git = ["git", "ls-files", "--others", "--exclude-standard", "*.py"]
    by_git = subprocess.run(git, check=True, capture_output=True, text=True).stdout.splitlines()

    assert sorted(found(".")) == sorted(by_git)
    assert sorted(found("service")) == sorted(name for name in by_git if name.startswith("service/"))


def test_a_named_folder_is_searched_although_git_ignores_it(at: Path) -> None:
    """Who names it wants it; what it ignores itself stays out."""
    tree(at, "out/a.py", "out/b.py", "out/deep/a.py")
    (at / ".git").mkdir()
    (at / ".gitignore").write_text("out/\n")
    (at / "out" / ".gitignore").write_text("b.py\n")

    assert found(".") == []
    assert found("out") == ["out/a.py", "out/deep/a.py"]


def test_links_are_not_followed_round(at: Path) -> None:
    """A link to a folder is not entered; a link to itself is a file that cannot be read."""
    tree(at, "service/a.py")
    (at / "service" / "again").symlink_to(at)
    (at / "service" / "loop.py").symlink_to("loop.py")
    (at / "service" / "gone.py").symlink_to("nowhere.py")
    (at / "service" / "folder.py").symlink_to(at / "service")
    problems: list[Problem] = []

    names = list(python_files(["."], problems.append))
    sources = [read(name, problems.append) for name in names]

    assert names == ["service/a.py", "service/gone.py", "service/loop.py"]
    assert [source is not None for source in sources] == [True, False, False]
    assert [(str(p.path), p.what) for p in problems] == [
        ("service/gone.py", "No such file or directory"),
        ("service/loop.py", "Too many levels of symbolic links"),
    ]


def test_a_closed_folder_is_named(at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be entered is said, and the rest is searched."""
    tree(at, "closed/a.py", "open/a.py")
    problems: list[Problem] = []
    scandir = os.scandir

    def guarded(folder: str) -> Iterator[os.DirEntry[str]]:
        # Root may enter every folder, so permissions cannot close one.
        if folder.endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", folder)
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", guarded)

    assert list(python_files(["."], problems.append)) == ["open/a.py"]
    assert [(str(problem.path), problem.what) for problem in problems] == [("closed", "Permission denied")]


def test_patterns_that_cannot_be_read_are_named(at: Path) -> None:
    """And ignore nothing."""
    tree(at, "a.py", ".gitignore/x.txt")
    problems: list[Problem] = []

    assert list(python_files(["."], problems.append)) == ["a.py"]
    assert [(problem.path.name, problem.what) for problem in problems] == [(".gitignore", "Is a directory")]


def test_a_pipe_among_the_files_is_not_waited_for(at: Path) -> None:
    """A name that ends in .py need not be a file."""
    os.mkfifo(at / "pipe.py")
    problems: list[Problem] = []

    assert [read(name, problems.append) for name in python_files(["."], problems.append)] == [None]
    assert [problem.what for problem in problems] == ["a pipe, not a file"]
