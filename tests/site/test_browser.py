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


def test_a_dead_link_can_be_reported(visit: Visit, site: Site) -> None:
    """The 404 page fills in the address that was asked for."""
    report = visit("no/such/page/").locator("a[data-report]").get_attribute("href") or ""
    assert f"{HOST}{site.prefix}no/such/page/" in parse_qs(urlsplit(report).query)["body"][0]


def test_the_answer_box_opens_from_the_keyboard(visit: Visit, complaints: list[str]) -> None:
    """A shortcut opens it on any page, plain words are answered, and Escape leads back."""
    page = visit(A_CAUSE)
    page.keyboard.press("/")
    page.keyboard.type("the agent keeps calling the same tool")
    link = page.locator(".unstuck-dialog .unstuck-results a").first
    link.wait_for()
    assert page.locator(".unstuck-dialog [role=status]").inner_text().endswith("best first")
    page.keyboard.press("Escape")
    assert not page.locator(".unstuck-dialog").is_visible()
    assert complaints == []


def test_every_error_text_is_answered_by_its_page(visit: Visit) -> None:
    """Pasted into the box, each error text has the page of its cause first."""
    page = visit("explain/")
    errors = [(cause.slug, error.text) for cause in CAUSES for error in cause.facts.errors]
    answered = page.evaluate(ANSWER_EACH, [text for _, text in errors])
    for (slug, text), first in zip(errors, answered, strict=True):
        assert f"/causes/{slug}/" in first, text


# Fill the box with one text after the other, and note where the first answer to each leads.
ANSWER_EACH = """async (texts) => {
  const box = document.querySelector("[data-answer-box]")
  const firsts = []
  for (const text of texts) {
    const answered = new Promise((resolve) => new MutationObserver((_, observer) => {
      observer.disconnect()
      resolve()
    }).observe(box.querySelector(".unstuck-results"), { childList: true }))
    box.querySelector("textarea").value = text
    box.querySelector("textarea").dispatchEvent(new Event("input"))
    await answered
    firsts.push(box.querySelector(".unstuck-results a")?.href ?? "")
  }
  return firsts
}"""


def test_the_address_takes_the_text(visit: Visit) -> None:
    """`?q=` fills the box and is answered."""
    page = visit("explain/?q=RuntimeError%3A+Event+loop+is+closed")
    page.locator(".unstuck-results a").first.wait_for()
    first = page.locator(".unstuck-results ol a").first.get_attribute("href") or ""
    assert first.endswith("/causes/client-shared-across-event-loops/")


def test_nothing_known_names_the_next_step(visit: Visit) -> None:
    """Without an answer there is one sentence with the next step, and a report that holds the text."""
    page = visit("explain/?q=zzqx")
    says = page.locator(".unstuck-results p").first
    says.wait_for()
    assert says.locator("a[href$='/debug/dump-the-stacks/']").count() == 1
    report = says.locator("a[href*='/issues/new']").get_attribute("href") or ""
    assert "zzqx" in parse_qs(urlsplit(report).query)["body"][0]
