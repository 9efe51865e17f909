"""What the files of a cause promise before any of them is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from unstuck.catalogue import SLUG, Cause, parse, read
from unstuck.problem import Problem

LARGEST = 50_000  # bytes of one file

_NAME = re.compile(r"[a-z0-9_.-]+")
_WRITTEN_BY_PYTHON = "__pycache__"


def strays(at: Path) -> Iterator[Problem]:
    """Yield what lies among the causes of a clone and is none, so that nothing would prove it."""
    for entry in sorted((at / "snippets" / "causes").iterdir()):
        if entry.is_symlink():
            yield _link(entry)
        elif entry.name != _WRITTEN_BY_PYTHON and not (entry.is_dir() and SLUG.fullmatch(entry.name)):
            remedy = "Name the folder in lower case, words apart by hyphens, or take it away."
            yield Problem(entry, None, "this is no cause's folder, and nothing proves it", remedy)


def problems(cause: Cause) -> Iterator[Problem]:
    """Yield each file of a cause that is missing, that nothing uses, or that not every machine would read alike."""
    for path in (cause.toml, cause.broken, cause.fixed, cause.proof):
        read(path)
    programs = (cause.program(name) for name in ("broken", "fixed", "proof", "cases", *cause.facts.programs))
    known = {cause.toml, cause.folder / "rule.yml", *programs}
    for path in sorted([*cause.folder.rglob("*"), cause.page]):
        if path.is_symlink():
            yield _link(path)
        elif path.is_file() and _WRITTEN_BY_PYTHON not in path.parts:
            yield from _portable(path)
            if path.parent not in {cause.evidence, cause.page.parent} and path not in known:
                remedy = f"Add [programs.{path.stem}] to cause.toml, or take it away."
                yield Problem(path, None, "nothing runs this file", remedy)
            elif path.suffix == ".py":
                yield from _ours(path, allowed="unstuck.fakes" if path == cause.proof else None)


def _portable(path: Path) -> Iterator[Problem]:
    text = read(path)
    if not _NAME.fullmatch(path.name):
        yield Problem(path, None, "some machines cannot tell this name from another", "Write it in lower case.")
    if path.stat().st_size > LARGEST:
        yield Problem(path, None, f"more than {LARGEST:,} bytes", "Show less; nobody reads that much of a page.")
    for sign, what, remedy in (
        ("\r", "a line ending of Windows", "Save the file with line endings of Unix (LF)."),
        ("\ufeff", "a byte order mark", "Save the file as UTF-8 without a byte order mark."),
        ("\0", "a zero byte", "Save the file as text."),
    ):
        if sign in text:
            yield Problem(path, text[: text.index(sign)].count("\n") + 1, what, remedy)


def _ours(path: Path, allowed: str | None) -> Iterator[Problem]:
    """Yield each import of this tool: a reader's program has none of it, and a scenario has the fakes alone."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in [node.module or ""] if isinstance(node, ast.ImportFrom) else [it.name for it in node.names]:
                if name.split(".")[0] in {"unstuck", "unstuck_proof"} and name != allowed:
                    remedy = "Import from unstuck.fakes." if allowed else "Take what the program needs as an argument."
                    yield Problem(path, node.lineno, f"it imports {name}", remedy)


def _link(path: Path) -> Problem:
    return Problem(path, None, f"a symbolic link to {path.readlink()}", "Put the file itself there.")
