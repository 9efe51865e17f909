"""The built site in a real browser, as a host serves it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, ViewportSize

from unstuck.catalogue import causes
from unstuck.pages.built import Site

CAUSES = [cause for cause in causes() if cause.page.is_file()]
A_CAUSE = f"causes/{CAUSES[0].slug}/"
NOWHERE = "no/such/page/"
SMALL_LAPTOP = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=390, height=844)
ALIKE = ("404.html", "index.html", f"{A_CAUSE}index.html")  # On a phone, the other pages are like one of these.
HEAVIEST = 75_000  # bytes of a first view, compressed, headers included


@dataclass
class Seen:
    """What was seen of all pages: what axe finds, what the browser complains of, and what is wider than a phone."""

    violations: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def seen(browser: Browser, site: Site, home: str) -> Iterator[Seen]:
    """Look at each page once."""
    seen = Seen()
    places: list[str] = []
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    page = context.new_page()
    page.add_init_script(AXE_SCRIPT)
    complain = seen.complaints.append
    page.on("pageerror", lambda error: complain(f"{page.url}: {error}"))
    page.on("console", lambda said: complain(f"{page.url}: {said.text}") if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith(home) else complain(asked.url))
    for name in site.pages:
        page.set_viewport_size(PHONE)
        page.goto(home + (NOWHERE if name == "404.html" else name.removesuffix("index.html")))
        seen.wide += page.evaluate(WIDE)
        for size in (PHONE, SMALL_LAPTOP) if name in ALIKE else (SMALL_LAPTOP,):
            page.set_viewport_size(size)
            violations, places = page.evaluate(AXE, places)
            seen.violations += [f"{name}: {violation}" for violation in violations]
    yield seen
    context.close()


WIDE = """() => [document.documentElement, ...document.querySelectorAll("article table, article pre, article pre code")]
  .filter((part) => part.scrollWidth > Math.max(part.clientWidth, 1) && part.checkVisibility())
  .map((part) => `${location.pathname}: ${part.outerHTML.slice(0, 100)}`)"""

# What contrast a text has depends on the elements that it stands in and on their classes, so it is measured once for
# each such place, on whatever page that is first; and a line of a program that has nothing new is only weight.
AXE = """async (before) => {
  document.querySelectorAll("details").forEach((fold) => (fold.open = true))
  const place = (part) => `${part === document.body ? "" : place(part.parentElement)} ${part.tagName}.${part.className}`
  const places = new Set(before)
  const isFresh = (part) => part.innerText?.trim() && !places.has(place(part)) && places.add(place(part))
  const fresh = [...document.querySelectorAll("body :not(:has(*)), body :is(a, button, dt, dd, h1, h2, h3, li, p, td)")]
    .filter(isFresh)
  for (const line of document.querySelectorAll(".highlight code > span")) {
    if (!fresh.some((part) => line.contains(part))) line.remove()
  }
  const found = []
  const run = async (where, options) =>
    found.push(...(await axe.run(where, { resultTypes: ["violations"], ...options })).violations)
  for (const scheme of fresh.length ? ["slate", "default"] : []) {
    document.body.setAttribute("data-md-color-scheme", scheme)
    await run({ include: fresh }, { runOnly: ["color-contrast", "link-in-text-block"] })
  }
  await run(document, { rules: { "color-contrast": { enabled: false } } })
  return [found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)), [...places]]
}"""


def test_axe_finds_nothing(seen: Seen) -> None:
    """On every page, light and dark, with all folds open."""
    assert seen.violations == []


def test_pages_are_quiet(seen: Seen) -> None:
    """No page asks another host for anything, and no script fails; the console names the page that is not there."""
    not_there = [said for said in seen.complaints if f"{NOWHERE}: Failed to load resource" in said]
    assert len(not_there) == 1
    assert [said for said in seen.complaints if said not in not_there] == []


def test_pages_fit_a_phone(seen: Seen) -> None:
    """Neither a page nor a table nor a program has to be scrolled sideways."""
    assert seen.wide == []


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a small laptop."""
    context = browser.new_context(viewport=SMALL_LAPTOP)
    yield context.new_page()
    context.close()


@pytest.fixture(params=[SMALL_LAPTOP, PHONE], ids=["laptop", "phone"])
def without_scripts(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in which no script runs."""
    context = browser.new_context(viewport=request.param, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_first_view_is_light(page: Page, site: Site, home: str) -> None:
    """The start page, and the heaviest of all pages; nothing of it is for answers."""
    heaviest = max(site.pages, key=lambda name: len(gzip.compress((site.folder / name).read_bytes())))
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda loaded: sizes.append(loaded["encodedDataLength"]))
    for name in ("index.html", heaviest):
        network.send("Network.clearBrowserCache")
        sizes.clear()
        page.goto(home + name.removesuffix("index.html"), wait_until="networkidle")
        assert len(sizes) > 5
        assert sum(sizes) < HEAVIEST, name
        loaded = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
        assert [name for name in loaded if name.endswith(("causes.json", "matcher.js"))] == []


def test_the_first_screen_holds_the_answer(page: Page, home: str) -> None:
    """A small laptop shows the cause, the fix and the first change at once, also where their text is longest."""
    longest = max(CAUSES, key=lambda cause: len(cause.title + cause.facts.summary + cause.facts.fix))
    page.goto(f"{home}causes/{longest.slug}/")
    change = page.locator(".language-diff :is(.gd, .gi)").first.bounding_box()
    assert change is not None
    assert change["y"] + change["height"] < SMALL_LAPTOP["height"]


def test_the_marked_line_is_more_than_a_colour(page: Page, home: str) -> None:
    """A bar stands beside it, and its comment is bold."""
    page.goto(home + A_CAUSE)
    line = page.locator("span:has(> .hll)").first
    assert "inset" in line.evaluate("line => getComputedStyle(line).boxShadow")
    assert line.locator(".c1").evaluate("comment => getComputedStyle(comment).fontWeight") == "700"


def test_a_program_can_be_copied(page: Page, home: str) -> None:
    """The button beside it copies the program, without line numbers, and says so."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(home + A_CAUSE)
    button = page.locator("pre:has(.hll)").first.get_by_role("button", name="Copy")
    button.press("Enter")
    page.locator("pre:has(.hll)").first.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == (CAUSES[0].folder / "broken.py").read_text("utf-8")


def test_the_colours_can_be_chosen(browser: Browser, home: str) -> None:
    """They are the system's until the switch is used, and then what was chosen, on the next page too."""
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(home)
    assert page.evaluate("document.body.dataset.mdColorScheme") == "slate"
    page.get_by_role("button", name="Light or dark colours").press("Enter")
    page.goto(home + A_CAUSE)
    assert page.evaluate("document.body.dataset.mdColorScheme") == "default"
    context.close()


def test_a_dead_link_can_be_reported(page: Page, home: str) -> None:
    """The 404 page works below the prefix, and fills in the address that was asked for."""
    page.goto(home + NOWHERE)
    report = page.locator("a[data-report]").get_attribute("href") or ""
    assert urlsplit(report).path == "/owner/unstuck/issues/new"
    assert f"{home}{NOWHERE}" in parse_qs(urlsplit(report).query)["body"][0]
    page.get_by_role("link", name="Go to the start page").click()
    page.wait_for_url(home)


def test_everything_but_the_box_works_without_scripts(without_scripts: Page, home: str) -> None:
    """The start page says so; an error text leads to its cause, the menu to the next one, and folds open."""
    page, cause = without_scripts, CAUSES[0]
    page.goto(home)
    page.get_by_text("The box that stands here needs JavaScript").wait_for()
    page.goto(home + "errors/")
    page.get_by_role("listitem").filter(has_text=cause.facts.errors[0].text).get_by_role("link").first.click()
    page.wait_for_url(home + A_CAUSE)
    if page.viewport_size == PHONE:
        page.locator("header label[for=__drawer]").click()
    beside = next(other for other in CAUSES[1:] if other.facts.family == cause.facts.family)
    page.get_by_label("Navigation").get_by_role("link", name=beside.title).click()
    page.wait_for_url(f"{home}causes/{beside.slug}/")  # loaded to its end, where the last fold is
    fold = page.locator("details").last
    fold.locator("summary").press("Enter")
    fold.locator("pre").last.wait_for()


def test_the_menu_of_a_phone_opens_from_the_keyboard(browser: Browser, home: str) -> None:
    """Where the themes have a label for the mouse, the key works as well."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(home + A_CAUSE)
    page.get_by_role("button", name="Navigation").press("Enter")
    assert page.locator("#__drawer").is_checked()
    context.close()
