"""`# unstuck: ignore[slug] reason`, at the end of the line that is reported."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ast_grep_py import SgRoot

from unstuck.finder.sources import Source

_COMMENT = re.compile(r"#\s*unstuck:\s*ignore(?:\[(?P<slugs>[^\]]*)\])?(?P<reason>[^#]*)")


@dataclass(frozen=True)
class Suppression:
    """A comment that keeps causes from being reported on its line; columns count from 1."""

    line: int
    column: int
    end_column: int
    slugs: tuple[str, ...]
    reason: str

    def fault(self, known: Collection[str]) -> str | None:
        """Return why the comment suppresses nothing."""
        if not self.slugs:
            return "It names no cause."
        if unknown := [slug for slug in self.slugs if slug not in known]:
            return f"There is no cause `{unknown[0]}`."
        return None if re.search(r"\w", self.reason) else "It gives no reason."


def suppressions(source: Source) -> Iterator[Suppression]:
    """Yield the suppressions in the comments of a program; one in a string is text."""
    if not _COMMENT.search(source.text):
        return
    for comment in SgRoot(source.text, "python").root().find_all(kind="comment"):
        if found := _COMMENT.search(comment.text()):
            start = comment.range().start
            slugs = [slug.strip() for slug in (found["slugs"] or "").split(",")]
            yield Suppression(
                start.line + 1,
                start.column + found.start() + 1,
                start.column + len(found[0].rstrip()) + found.start() + 1,
                tuple(slug for slug in slugs if slug),
                found["reason"].strip(),
            )
