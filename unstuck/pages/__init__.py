"""What the pages promise: their form, their includes, their prose and their place in the navigation.

For a clone with the site's packages; the verbs for readers do without.
A check yields a `Problem` for everything that breaks its promise, and nothing for a page that keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from unstuck.catalogue import causes
from unstuck.pages.cause import CAUSE_CHECKS
from unstuck.pages.every import PAGE_CHECKS
from unstuck.pages.site import SITE_CHECKS
from unstuck.pages.source import Page
from unstuck.problem import Problem

__all__ = ["CAUSE_CHECKS", "PAGE_CHECKS", "SITE_CHECKS", "Page", "check", "pages"]


def pages(at: Path) -> list[Page]:
    """Return every page of a clone."""
    return [Page(path, at) for path in sorted((at / "docs").rglob("*.md"))]


def check(at: Path) -> Iterator[Problem]:
    """Yield everything that is wrong with the pages of a clone."""
    for site_check in SITE_CHECKS:
        yield from _every(site_check(at))
    for page in pages(at):
        for page_check in PAGE_CHECKS:
            yield from _every(page_check(page))
    for cause in causes(at):
        if cause.page.is_file():
            page = Page(cause.page, at)
            for cause_check in CAUSE_CHECKS:
                yield from _every(cause_check(cause, page))


def _every(problems: Iterator[Problem]) -> Iterator[Problem]:
    """Yield what a check yields, and what keeps it from going on, such as a cause.toml that cannot be read."""
    try:
        yield from problems
    except Problem as problem:
        yield problem
