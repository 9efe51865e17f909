"""The built site in a real browser."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize

from unstuck.catalogue import causes
from unstuck.pages.built import Site

HOST = "https://site.example"
CAUSES = [cause for cause in causes() if cause.page.is_file()]
A_CAUSE = f"causes/{CAUSES[0].slug}/"
FIRST_SCREEN = ViewportSize(width=1366, height=768)

Visit = Callable[[str], Page]


@pytest.fixture
def complaints() -> list[str]:
    """What the pages asked other hosts for, and the errors of their scripts."""
    return []


@pytest.fixture
def visit(browser: Browser, site: Site, complaints: list[str]) -> Iterator[Visit]:
    """Open an address of the site; its host exists only inside the browser, and no other does."""
    home = HOST + site.prefix

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(home).split("?")[0]
        path = site.folder / (f"{name}index.html" if name == "" or name.endswith("/") else name)
        if not route.request.url.startswith(home):
            complaints.append(route.request.url)
            route.abort()
        elif path.is_file():
            route.fulfill(path=path, content_type=mimetypes.guess_type(path)[0])
        else:
            route.fulfill(path=site.folder / "404.html", status=404, content_type="text/html")

    context = browser.new_context(viewport=FIRST_SCREEN)
    context.route("**/*", answer)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def visit(address: str) -> Page:
        page.goto(home + address)
        return page

    yield visit
    context.close()


def test_a_page_asks_no_other_host(visit: Visit, complaints: list[str]) -> None:
    """Scripts included: neither fonts, nor figures about the repository, nor anything else; and no script fails."""
    for address in ("", A_CAUSE, "no/such/page/"):
        visit(address).wait_for_load_state("networkidle")
    assert complaints == []


def test_the_first_screen_holds_the_answer(visit: Visit) -> None:
    """A small laptop shows the cause, the fix and the first change at once, also where their text is longest."""
    longest = max(CAUSES, key=lambda cause: len(cause.title + cause.facts.summary + cause.facts.fix))
    change = visit(f"causes/{longest.slug}/").locator(".language-diff :is(.gd, .gi)").first.bounding_box()
    assert change is not None
    assert change["y"] + change["height"] < FIRST_SCREEN["height"]


def test_the_marked_line_is_more_than_a_colour(visit: Visit) -> None:
    """A bar stands beside it, and its comment is bold."""
    line = visit(A_CAUSE).locator("span:has(> .hll)").first
    assert "inset" in line.evaluate("line => getComputedStyle(line).boxShadow")
    assert line.locator(".c1").evaluate("comment => getComputedStyle(comment).fontWeight") == "700"


def test_what_the_theme_leaves_out_has_a_name(visit: Visit) -> None:
    """A screen reader can tell the search dialog, and one code block's buttons from the next one's."""
    page = visit(A_CAUSE)
    page.locator(".md-code__nav[aria-label]").nth(1).wait_for(state="attached")
    assert page.locator(".md-search[role=dialog]:not([aria-label]), .md-code__nav:not([aria-label])").count() == 0


def test_a_dead_link_can_be_reported(visit: Visit, site: Site) -> None:
    """The 404 page fills in the address that was asked for."""
    report = visit("no/such/page/").locator("a[data-report]").get_attribute("href") or ""
    assert f"{HOST}{site.prefix}no/such/page/" in parse_qs(urlsplit(report).query)["body"][0]
