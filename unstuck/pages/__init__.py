"""What the pages promise: their form, their includes, their prose and their place in the navigation.

For a clone with the site's packages; the verbs for readers do without.
A check yields a `Problem` for everything that breaks its promise, and nothing for a page that keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from unstuck.catalogue import Cause, causes
from unstuck.pages.cause import CAUSE_CHECKS
from unstuck.pages.every import PAGE_CHECKS
from unstuck.pages.site import SITE_CHECKS
from unstuck.pages.source import Page
from unstuck.problem import Problem, caught

__all__ = ["CAUSE_CHECKS", "PAGE_CHECKS", "SITE_CHECKS", "Page", "check", "check_cause", "pages"]


def pages(at: Path) -> list[Page]:
    """Return every page of a clone."""
    return [Page(path, at) for path in sorted((at / "docs").rglob("*.md"))]


def check(at: Path) -> Iterator[Problem]:
    """Yield everything that is wrong with the pages of a clone."""
    yield from _of_site(at)
    for page in pages(at):
        yield from _of_page(page)
    for cause in causes(at):
        if cause.page.is_file():
            yield from _of_cause(cause)


def check_cause(cause: Cause) -> Iterator[Problem]:
    """Yield everything that is wrong with the page of one cause, from its first line to its last, and around it."""
    if cause.page.is_file():
        own = [*_of_page(Page(cause.page, cause.clone)), *_of_cause(cause)]
        yield from sorted(own, key=lambda problem: problem.line or 0)
    yield from _of_page(Page(cause.clone / "docs" / "causes" / "index.md", cause.clone))
    yield from _of_site(cause.clone)


def _of_site(at: Path) -> Iterator[Problem]:
    for site_check in SITE_CHECKS:
        yield from caught(partial(site_check, at))


def _of_page(page: Page) -> Iterator[Problem]:
    for page_check in PAGE_CHECKS:
        yield from caught(partial(page_check, page))


def _of_cause(cause: Cause) -> Iterator[Problem]:
    page = Page(cause.page, cause.clone)
    for cause_check in CAUSE_CHECKS:
        yield from caught(partial(cause_check, cause, page))
