"""Texts that are compared, shown as Markdown, and written."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from unstuck.problem import Problem

_PLACEHOLDER = re.compile(r"\b(?:TODO|TBD|FIXME)\b|(?i:\blorem\b)|<captured")

UNWRITTEN = "Write what belongs there, or take it out."


def one_line(text: str) -> str:
    """Return a text with every run of white space folded to one space."""
    return " ".join(text.split())


def code_span(text: str) -> str:
    """Return a text as Markdown code, whatever backticks it holds."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def fence(text: str) -> str:
    """Return a text as a fenced block that nothing in it can end."""
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{ticks}text\n{text.rstrip()}\n{ticks}"


def escaped(text: str) -> str:
    """Return a text so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_\[\]{}])", r"\\\1", text).replace("<", "&lt;")


def placeholders(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield the number of each line, from 1, that waits for its content, and what is wrong with it."""
    for n, line in enumerate(lines, 1):
        if found := _PLACEHOLDER.search(line):
            yield n, f"`{found[0]}` is a placeholder: {one_line(line)}"


def written(path: Path) -> str | None:
    """Return what is in a file, or None where there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else None


def differences(texts: Mapping[Path, str]) -> Iterator[Problem]:
    """Yield each file that does not hold its text, with the first line that differs, and the difference."""
    for path, now in texts.items():
        committed = written(path) or ""
        if committed != now:
            before, after = committed.splitlines(), now.splitlines()
            line = next((n for n, pair in enumerate(zip(before, after, strict=False), 1) if len(set(pair)) > 1), None)
            rows = difflib.unified_diff(before, after, "committed", "now", lineterm="", n=1)
            what = "not what is written today\n" + "\n".join(f"    {row}" for row in rows)
            yield Problem(path, line, what, "If the new text is right, `unstuck check` writes it.")


def write(texts: Mapping[Path, str]) -> list[Path]:
    """Write the files that do not hold their text yet, and return those."""
    changed = [path for path, text in texts.items() if written(path) != text]
    for path in changed:
        path.write_text(texts[path], encoding="utf-8")
    return changed
