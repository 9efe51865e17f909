"""What a search tells its reader: each place with its cause, and each suppression that does nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from unstuck.data import Data
from unstuck.finder.rules import Rule
from unstuck.finder.search import Result, Searched
from unstuck.finder.sources import Source

SUPPRESSION = "suppression"


@dataclass(frozen=True)
class About:
    """What is the same in all findings of one cause."""

    slug: str
    title: str
    summary: str
    fix: str
    url: str


@dataclass(frozen=True)
class Finding:
    """One place in the reader's code.

    Lines and columns count from 1, in a notebook within its cell; the end column is the one after the last character.
    `excerpt` is the line with its neighbours: number and text.
    """

    file: str
    cell: int | None
    line: int
    column: int
    end_line: int
    end_column: int
    about: About
    excerpt: tuple[tuple[int, str], ...]


def about(data: Data) -> dict[str, About]:
    """Return what there is to say of each cause."""
    return {
        cause["slug"]: About(cause["slug"], cause["title"], cause["summary"], cause["fix"], cause["url"])
        for cause in data["causes"]
    }


def findings(result: Result, data: Data, unused: Sequence[Rule] = ()) -> list[Finding]:
    """Return the findings of a search, file by file and line by line.

    A suppression that was not needed is a finding where its cause is among the rules in `unused`.
    """
    causes = about(data)
    wanted = {rule.slug for rule in unused}
    found = []
    for searched in result.searched:
        source = searched.source
        places = [
            _finding(source, hit.line, hit.column, hit.end_line, hit.end_column, causes[hit.slug])
            for hit in searched.hits
        ]
        places += [
            _finding(source, line, column, line, end, About(SUPPRESSION, "A suppression does nothing", why, fix, url))
            for line, column, end, why, fix in _idle(searched, causes, wanted)
            for url in [f"{data['site']}find/"]
        ]
        found += sorted(places, key=lambda place: (place.cell or 0, place.line, place.column, place.about.slug))
    return found


def _idle(searched: Searched, known: dict[str, About], wanted: set[str]) -> Iterator[tuple[int, int, int, str, str]]:
    """Yield line, columns, what is wrong and the remedy of each suppression that does nothing."""
    for comment in searched.suppressions:
        place = comment.line, comment.column, comment.end_column
        if fault := comment.fault(known):
            yield *place, fault, "Write `# unstuck: ignore[cause] reason`."
        elif unused := [slug for slug in comment.slugs if slug in wanted and (comment.line, slug) not in searched.used]:
            yield *place, f"Nothing on this line is reported as {' or '.join(unused)}.", "Take it out."


def _finding(source: Source, line: int, column: int, end_line: int, end_column: int, about: About) -> Finding:
    cell, shown = source.place(line)
    first, last = max(1, shown - 1), shown + 1
    lines = source.lines
    excerpt = tuple(
        (number, lines[at - 1])
        for number in range(first, last + 1)
        if (at := line - shown + number) <= len(lines) and source.place(at)[0] == cell
    )
    return Finding(source.name, cell, shown, column, source.place(end_line)[1], end_column, about, excerpt)
