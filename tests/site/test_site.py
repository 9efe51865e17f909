"""What a reader's browser gets, from either engine."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pytest

from unstuck.catalogue import causes, root
from unstuck.pages.built import Html, Site

REPOSITORY = "https://github.com/owner/unstuck"
DOCS = root() / "docs"
WRITTEN = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}


def built(written: str) -> str:
    """Return the page that a Markdown file becomes."""
    path = PurePosixPath(written)
    return str(path.with_suffix(".html") if path.stem == "index" else path.with_suffix("") / "index.html")


def addresses(page: Html) -> list[str]:
    return [reference.address for reference in page.references]


def test_both_engines_build_every_page(published: dict[str, Site]) -> None:
    """One page for each Markdown file, the 404 page, and no other."""
    expected = {built(written) for written in WRITTEN} | {"404.html"}
    assert {engine: set(site.pages) for engine, site in published.items()} == dict.fromkeys(published, expected)


def test_both_engines_give_a_page_the_same_headings(published: dict[str, Site]) -> None:
    """The first three levels, word for word and in order, with one title on each page."""
    first, second = ({name: page.headings for name, page in site.pages.items()} for site in published.values())
    assert first == second
    assert [name for name, headings in first.items() if [level for level, _ in headings].count("h1") != 1] == []


def test_every_link_leads_somewhere(site: Site) -> None:
    """Pages, anchors, images, style sheets and scripts are there, below the prefix that the site is published at."""
    assert [str(problem) for problem in site.dead_links()] == []


@pytest.mark.parametrize("page", ["index.html", "debug/index.html"])
def test_what_is_seen_leads_to_every_cause(site: Site, page: str) -> None:
    """The start page and the first debug step have a link to each, in a row that says what a reader sees."""
    article = (site.folder / page).read_text(encoding="utf-8").partition("<article")[2]
    assert [cause.slug for cause in causes() if f"causes/{cause.slug}/" not in article] == []


def test_nothing_is_loaded_from_another_host(site: Site) -> None:
    """Neither a page nor a style sheet names one."""
    assert [str(problem) for problem in site.foreign_loads()] == []


def test_every_page_can_be_edited_and_viewed(site: Site) -> None:
    """Both links lead to the page's own file in the repository."""
    for written in WRITTEN:
        found = addresses(site.pages[built(written)])
        assert f"{REPOSITORY}/edit/main/docs/{written}" in found
        assert f"{REPOSITORY}/raw/main/docs/{written}" in found


def test_without_a_repository_no_link_asks_for_one(at_home: dict[str, Site]) -> None:
    """A clone without addresses builds, links to no other host, and its 404 page says why it offers no report."""
    for site in at_home.values():
        assert {urlsplit(address).netloc for page in site.pages.values() for address in addresses(page)} == {""}
        assert [str(problem) for problem in site.dead_links()] == []
        assert "cannot offer a report" in site.pages["404.html"].path.read_text(encoding="utf-8")
