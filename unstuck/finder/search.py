"""The search itself: read every file, ask ast-grep and ruff, leave out what is suppressed."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, cast

from ast_grep_py import SgRoot

from unstuck.finder.files import python_files
from unstuck.finder.gate import passes
from unstuck.finder.ruff import CRASHED, SYNTAX, UNREADABLE, Report, Ruff
from unstuck.finder.rules import Rule
from unstuck.finder.sources import STDIN, Source, read
from unstuck.finder.suppress import Suppression, suppressions
from unstuck.problem import Problem

# From so many files on, starting further processes costs less than it saves.
MANY = 500


class Hit(NamedTuple):
    """Where a rule matches: lines of the source's text and columns from 1, the end column after the last character."""

    line: int
    column: int
    end_line: int
    end_column: int
    slug: str


@dataclass(frozen=True)
class Searched:
    """A source, what was found in it, and its suppressions: all of them, and those that took effect."""

    source: Source
    hits: list[Hit]
    suppressions: list[Suppression]
    used: set[tuple[int, str]]


@dataclass(frozen=True)
class Result:
    """What a search found, in the order of the files, and what it could not read.

    `searched` has those of the `files` in which something was found or suppressed.
    `incomplete` says that a path which was named could not be searched.
    """

    searched: list[Searched]
    files: int
    problems: list[Problem]
    incomplete: bool


class _Look(NamedTuple):
    """What one file shows by itself, and its source where that is needed again."""

    is_read: bool
    source: Source | None
    hits: list[Hit]
    problems: list[Problem]


def search(paths: Sequence[str], rules: Sequence[Rule], known: Collection[str]) -> Result:
    """Search files, folders and standard input (`-`); `known` are the slugs that a suppression may name."""
    problems: list[Problem] = []
    names = list(python_files(paths, problems.append))
    on_disk = [name for name in names if os.path.isfile(name) and name.isprintable()]
    slugs = _slugs_by_code(rules)
    with Ruff.started(on_disk, slugs) as ruff:
        looks = dict(zip(names, _looks(names, rules), strict=True))
        sources = _Sources((name, look.source) for name, look in looks.items() if look.source)
        problems += [problem for look in looks.values() for problem in look.problems]
        hits = defaultdict(set, {name: set(look.hits) for name, look in looks.items()})
        is_read = {name for name, look in looks.items() if look.is_read}
        for report in _reports(ruff, is_read, on_disk, sources):
            source = sources[report.name]
            hits[source.name].update(_hit(report, source, slug) for slug in slugs.get(report.code, ()))
            if report.code in (SYNTAX, CRASHED) and Path(source.name) not in {problem.path for problem in problems}:
                problems.append(_ruff_problem(report, source))
    searched = [_searched(sources[name], hits[name], known) for name in names if name in sources]
    failed = {problem.path for problem in problems}
    return Result(searched, len(is_read), problems, any(Path(path) in failed for path in paths))


class _Sources(dict[str, Source]):
    """The sources that are needed; one in which only ruff found something is read again."""

    def __missing__(self, name: str) -> Source:
        problems: list[Problem] = []
        source = read(name, problems.append)
        if source is None:
            raise problems[0]
        self[name] = source
        return source


def rule_hits(source: Source, rules: Sequence[Rule]) -> Iterator[Hit]:
    """Yield where the rules that ast-grep runs match a source."""
    able = [rule for rule in rules if rule.config and passes(source.text, rule.gate)]
    if not able:
        return
    root = SgRoot(source.text, "python").root()
    for rule in able:
        for node in root.find_all(cast(Any, rule.config)):
            start, end = node.range().start, node.range().end
            yield Hit(start.line + 1, start.column + 1, end.line + 1, end.column + 1, rule.slug)


def _looks(names: Sequence[str], rules: Sequence[Rule]) -> Iterable[_Look]:
    look = partial(_look, rules=rules)
    if len(names) < MANY or STDIN in names:
        return map(look, names)
    with ProcessPoolExecutor() as pool:
        return list(pool.map(look, names, chunksize=50))


def _look(name: str, rules: Sequence[Rule]) -> _Look:
    problems: list[Problem] = []
    source = read(name, problems.append)
    hits = list(rule_hits(source, rules)) if source else []
    again = source and (hits or any(suppressions(source)) or not os.path.isfile(name))
    return _Look(source is not None, source if again else None, hits, problems)


def _slugs_by_code(rules: Sequence[Rule]) -> dict[str, list[str]]:
    slugs: dict[str, list[str]] = defaultdict(list)
    for rule in rules:
        for code in rule.ruff:
            slugs[code].append(rule.slug)
    return dict(slugs)


def _reports(ruff: Ruff, is_read: set[str], on_disk: Sequence[str], sources: _Sources) -> Iterator[Report]:
    """Yield what ruff reports, through a pipe where it cannot read the file as we did."""
    by_pipe = is_read.difference(on_disk)
    for report in ruff.reports():
        if report.code == UNREADABLE:
            by_pipe.add(report.name)
        elif report.name in is_read:
            yield report
    for name in sorted(by_pipe & is_read):
        yield from ruff.reports_on(name, sources[name].text)


def _hit(report: Report, source: Source, slug: str) -> Hit:
    line, end_line = (source.line_of(report.cell, line) for line in (report.line, report.end_line))
    return Hit(line, report.column, end_line, report.end_column, slug)


def _ruff_problem(report: Report, source: Source) -> Problem:
    line = None if report.cell or source.cells or report.code == CRASHED else report.line
    cell = f"cell {report.cell}, line {report.line}: " if report.cell else ""
    what = f"not valid Python: {cell}{report.message}" if report.code == SYNTAX else report.message
    return Problem(Path(source.name), line, what, "It was searched as far as it parses, without ruff.")


def _searched(source: Source, hits: Collection[Hit], known: Collection[str]) -> Searched:
    """Take one hit for each line and cause, and leave out those that are suppressed."""
    comments = list(suppressions(source))
    allowed = {(c.line, slug) for c in comments if c.fault(known) is None for slug in c.slugs}
    places = {(hit.line, hit.slug): hit for hit in sorted(hits, reverse=True)}
    return Searched(
        source,
        sorted(hit for place, hit in places.items() if place not in allowed),
        comments,
        allowed & set(places),
    )
