"""Whether the finder sees a cause where it stands, and nothing where it does not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from unstuck import data
from unstuck.catalogue import Cause, causes, marks
from unstuck.finder import rule_file
from unstuck.finder.gate import gate
from unstuck.finder.rules import choose
from unstuck.finder.search import search
from unstuck.problem import Problem

# So many lines of `cases.py` at least that the finder reports, and so many tempting ones that it must not.
LEAST = 5


def problems(cause: Cause) -> Iterator[Problem]:
    """Yield each file in which the rule of a cause reports too little or too much."""
    cases = cause.program("cases")
    if cause.facts.find.nothing_because:
        for path in (cause.folder / "rule.yml", cases):
            if path.exists():
                yield Problem(path, None, "cause.toml says that source code cannot show it", "Remove one or the other.")
        return
    if not cases.is_file():
        yield Problem(cases, None, "the file is missing", _grammar())
        return
    rule = cause.folder / "rule.yml"
    if cause.facts.find.rule and not gate(rule_file.read(rule)):
        what = "the rule asks for no word, so the finder would have to parse every file"
        remedy = "Let a `pattern` or a `regex` ask for a word of three letters or more, in the cases that occur."
        yield Problem(rule, 1, what, remedy)
    fixed = [other.fixed for other in causes(cause.clone) if other.fixed.is_file()]
    found = reported(cause, [cause.broken, cases, *fixed])
    yield from _differences(cause.broken, found, cause.marks("cause") or cause.marks("stuck"))
    yield from _counts(cases)
    yield from _differences(cases, found, _marked(cases, "alarm"))
    for path in fixed:
        yield from _differences(path, found, ())


def reported(cause: Cause, paths: Iterable[Path]) -> dict[Path, list[int]]:
    """Return the lines in which the finder reports a cause, for each file in which it does."""
    result = search([str(path) for path in paths], choose(data.only(cause)["causes"]), [cause.slug])
    if result.problems:
        raise result.problems[0]
    return {Path(searched.source.name): [hit.line for hit in searched.hits] for searched in result.searched}


def _differences(path: Path, found: dict[Path, list[int]], expected: Collection[int]) -> Iterator[Problem]:
    lines = found.get(path, [])
    for line in sorted(set(expected) - set(lines)):
        yield Problem(path, line, f"the finder misses it: {_text(path, line)}", "Widen the rule, or move the mark.")
    for line in sorted(set(lines) - set(expected)):
        yield Problem(path, line, f"a false alarm of the finder: {_text(path, line)}", "Narrow the rule.")


def _counts(cases: Path) -> Iterator[Problem]:
    for word in ("alarm", "fine"):
        if (count := len(_marked(cases, word))) < LEAST:
            yield Problem(cases, 1, f"{count} lines end in `# {word}`", _grammar())


def _marked(path: Path, word: str) -> list[int]:
    return marks(path.read_text(encoding="utf-8"), word)


def _grammar() -> str:
    return f"Write {LEAST} lines that end in `# alarm`, and {LEAST} tempting ones that end in `# fine`."


def _text(path: Path, line: int) -> str:
    return path.read_text(encoding="utf-8").splitlines()[line - 1].strip()
