"""What the pages promise, one test a promise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from unstuck import pages
from unstuck.catalogue import Cause, causes, root
from unstuck.pages import cause as of_cause
from unstuck.pages import every, site
from unstuck.pages.source import Page
from unstuck.problem import Problem

ROOT = root()

every_cause = pytest.mark.parametrize(
    "cause", [cause for cause in causes() if cause.page.is_file()], ids=lambda cause: cause.slug
)
every_page = pytest.mark.parametrize(
    "page", pages.pages(ROOT), ids=lambda page: page.path.relative_to(ROOT / "docs").as_posix()
)


def kept(problems: Iterator[Problem]) -> bool:
    """Fail with what is wrong, as a contributor is to read it."""
    found = [str(problem) for problem in problems]
    if found:
        pytest.fail("\n".join(found), pytrace=False)
    return True


def test_every_cause_has_a_page_and_every_page_a_cause() -> None:
    """Neither side of a pair is missing."""
    assert kept(site.pairs_every_cause_with_a_page(ROOT))


def test_the_navigation_lists_every_cause_in_its_family() -> None:
    """The section of the navigation is the family of cause.toml."""
    assert kept(site.lists_every_cause_in_its_family(ROOT))


def test_the_index_introduces_the_families_in_the_navigation_s_order() -> None:
    """The navigation is the one source of the families and of their order."""
    assert kept(site.introduces_every_family_in_order(ROOT))


def test_neighbours_name_each_other() -> None:
    """A reader on either page finds the other one."""
    assert kept(site.links_neighbours_both_ways(ROOT))


@every_page
def test_no_page_waits_for_its_content(page: Page) -> None:
    """No placeholder is published."""
    assert kept(every.waits_for_nothing(page))


@every_page
def test_a_line_is_a_sentence(page: Page) -> None:
    """A change to a sentence is a change to one line."""
    assert kept(every.has_one_sentence_on_a_line(page))


@every_page
def test_every_include_exists(page: Page) -> None:
    """The file is there, below snippets, and so is the section that is named."""
    assert kept(every.includes_what_exists(page))


@every_page
def test_every_include_renders(page: Page) -> None:
    """Code is in a fence, Markdown is not."""
    assert kept(every.includes_it_where_it_renders(page))


@every_page
def test_a_page_is_plain_markdown(page: Page) -> None:
    """Raw HTML is neither checked nor the same in both engines."""
    assert kept(every.holds_no_html(page))


@every_page
def test_the_marked_lines_are_highlighted(page: Page) -> None:
    """The lines that end in `# stuck` or `# cause` stand out, no other."""
    assert kept(every.highlights_the_marked_lines(page))


@every_cause
def test_the_sections_are_the_same_on_every_page(cause: Cause) -> None:
    """A reader knows where to look; the proof is at the end."""
    assert kept(of_cause.has_its_sections_in_order(cause, Page(cause.page, ROOT)))


@every_cause
def test_a_page_begins_with_the_answer(cause: Cause) -> None:
    """The cause, the fix, the diff: word for word what the other ways in say."""
    assert kept(of_cause.begins_with_the_answer(cause, Page(cause.page, ROOT)))


@every_cause
def test_a_page_shows_its_programs_and_all_evidence(cause: Cause) -> None:
    """What is proved is shown, each where it belongs."""
    assert kept(of_cause.shows_its_programs_and_evidence(cause, Page(cause.page, ROOT)))


@every_cause
def test_no_program_is_pasted(cause: Cause) -> None:
    """What is shown is proved."""
    assert kept(of_cause.pastes_no_program(cause, Page(cause.page, ROOT)))


@every_cause
def test_every_error_is_a_heading(cause: Cause) -> None:
    """Search weighs headings most, so an error's text is one."""
    assert kept(of_cause.heads_its_errors(cause, Page(cause.page, ROOT)))


@every_cause
def test_a_page_is_neither_thin_nor_long(cause: Cause) -> None:
    """300 to 700 words say it."""
    assert kept(of_cause.has_a_readable_length(cause, Page(cause.page, ROOT)))
