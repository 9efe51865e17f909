"""Which files below the named paths are searched."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pathspec import GitIgnoreSpec

from unstuck.problem import Problem

SUFFIXES = (".py", ".pyw", ".ipynb")

# Below these stands what somebody else wrote or a tool made.
# A path that is named on the command line is searched anyway.
SKIPPED = frozenset({
    ".direnv", ".eggs", ".git", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pyenv", ".pytest_cache",
    ".ruff_cache", ".svn", ".tox", ".venv", "__pycache__", "__pypackages__", "_build", "build", "dist",
    "node_modules", "site-packages", "venv",
})  # fmt: skip

Complain = Callable[[Problem], None]

# The `.gitignore` files that have a say, outermost first: each one's folder, with a separator at its end, and patterns.
_Specs = tuple[tuple[str, GitIgnoreSpec], ...]


def python_files(paths: Sequence[str], complain: Complain) -> Iterator[str]:
    """Yield each file that the paths name, and the Python files and notebooks below each folder, every one once."""
    seen: set[str] = set()
    for path in paths:
        for name in _walk(path, complain) if os.path.isdir(path) else [path]:
            absolute = os.path.abspath(name)
            if absolute not in seen:
                seen.add(absolute)
                yield name


def _walk(root: str, complain: Complain) -> Iterator[str]:
    folder = os.path.abspath(root)
    specs = _specs_above(folder, complain)
    # Whoever names a folder that git ignores wants it searched; the patterns that ignore it then have no say.
    yield from _below(folder, root, () if _ignored(folder + os.sep, specs) else specs, complain)


def _below(folder: str, shown: str, specs: _Specs, complain: Complain) -> Iterator[str]:
    specs = (*specs, *_specs_in(folder, complain))
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        complain(unreadable(shown, error))
        return
    for entry in entries:
        name = entry.name if shown == os.curdir else os.path.join(shown, entry.name)
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in SKIPPED and not _ignored(entry.path + os.sep, specs):
                yield from _below(entry.path, name, specs, complain)
        elif entry.name.endswith(SUFFIXES) and not os.path.isdir(entry.path) and not _ignored(entry.path, specs):
            yield name


def _ignored(path: str, specs: _Specs) -> bool:
    """Say whether git ignores a path; the innermost file with an opinion wins."""
    for folder, spec in reversed(specs):
        verdict = spec.check_file(path.removeprefix(folder)).include
        if verdict is not None:
            return verdict
    return False


def _specs_above(folder: str, complain: Complain) -> _Specs:
    """Read the `.gitignore` files between a folder and the root of its git repository."""
    parents = [str(parent) for parent in Path(folder).parents]
    tops = [n for n, parent in enumerate([folder, *parents]) if os.path.lexists(os.path.join(parent, ".git"))]
    chain = parents[: tops[0]] if tops else []
    return tuple(spec for parent in reversed(chain) for spec in _specs_in(parent, complain))


def _specs_in(folder: str, complain: Complain) -> _Specs:
    path = os.path.join(folder, ".gitignore")
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as patterns:
            return ((os.path.join(folder, ""), GitIgnoreSpec.from_lines(filter(_is_pattern, patterns))),)
    except FileNotFoundError:
        return ()
    except OSError as error:
        complain(unreadable(path, error))
        return ()


def _is_pattern(line: str) -> bool:
    """Say whether git takes a line as a pattern; it passes over any other."""
    try:
        return bool(GitIgnoreSpec.from_lines([line]))
    except ValueError:
        return False


def unreadable(name: str, error: OSError) -> Problem:
    """Return the problem of a path that the system does not let us read."""
    what = error.strerror or str(error)
    return Problem(Path(name), None, what, "It was not searched; make it readable or leave it out.")
