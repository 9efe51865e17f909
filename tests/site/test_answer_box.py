"""The answer box, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from unstuck.catalogue import causes
from unstuck.pages.built import Site

CAUSES = [cause for cause in causes() if cause.page.is_file()]
A_CAUSE = f"causes/{CAUSES[0].slug}/"
CLOSED = "/causes/client-shared-across-event-loops/"
PHONE = ViewportSize(width=390, height=844)
LONGEST_TASK = 0.2  # seconds of the page's own thread

Visit = Callable[[str], Page]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that was never here."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def visit(context: BrowserContext, home: str) -> Visit:
    """Open an address of the site."""
    page = context.new_page()

    def visit(address: str) -> Page:
        page.goto(home + address)
        return page

    return visit


def first(page: Page) -> str:
    """Return where the first answer leads, once there is one."""
    return str(page.locator(".unstuck-results a").first.evaluate("link => link.href"))


@pytest.mark.parametrize("key", ["/", "s", "f", "Control+k"])
def test_a_key_opens_it(visit: Visit, key: str) -> None:
    """Each shortcut does so on any page, those of the browser stay its own, and in the box a key is a letter."""
    page = visit(A_CAUSE)
    page.keyboard.press("Control+f")
    assert page.get_by_role("dialog").count() == 0
    page.keyboard.press(key)
    box = page.get_by_role("dialog", name="Find the cause").get_by_role("textbox", name="What do you see?")
    page.keyboard.type("/s")
    assert box.input_value() == "/s"


def test_tab_leads_through_the_answers(visit: Visit) -> None:
    """From the box to each answer in turn, then to the button that closes it; Escape closes it too."""
    page = visit(A_CAUSE)
    page.get_by_role("button", name="Find the cause").press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.type("the agent keeps calling the same tool")
    answers = page.locator(".unstuck-results ol a")
    answers.first.wait_for()
    assert page.locator(".unstuck-count[role=status]").inner_text() == f"{answers.count()} causes, best first"
    for answer in answers.all():
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.href") == answer.evaluate("link => link.href")
    while page.evaluate("document.activeElement.localName") == "a":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.get_by_role("dialog").count() == 0
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0


def test_an_answer_says_what_to_change_and_why_it_is_here(visit: Visit) -> None:
    """Each has the fix of its cause, how sure it is, and the line of the text that led to it, as text."""
    page = visit("explain/#q=%3Cimg+src%3Dx%3E%0ARuntimeError%3A+Event+loop+is+closed")
    [cause] = [cause for cause in CAUSES if cause.slug in CLOSED]
    answer = page.locator(".unstuck-results li").first
    assert answer.locator("a").first.inner_text() == cause.title
    assert answer.locator(".unstuck-sure").inner_text() == "this error text"
    assert answer.locator(".unstuck-fix").inner_text() == cause.facts.fix.replace("`", "")
    assert answer.locator(".unstuck-line mark").inner_text() == "RuntimeError: Event loop is closed"
    page.locator("[data-answer-box] textarea").fill("<img src=x> keeps calling the same tool")
    page.locator(".unstuck-line mark", has_text="calling").first.wait_for()
    assert page.locator(".unstuck-results img").count() == 0


def test_words_lead_to_other_pages_too(visit: Visit) -> None:
    """Where no error and no stack is certain, sections of pages that are no cause's are offered."""
    page = visit("explain/#q=how+do+I+dump+the+stacks+of+a+running+process")
    sections = page.locator(".unstuck-results ul a")
    sections.first.wait_for()
    assert "/debug/dump-the-stacks/" in "".join(link.get_attribute("href") or "" for link in sections.all())


def test_answers_suit_a_phone_and_everybody(browser: Browser, home: str) -> None:
    """Nothing of them is wider than the screen, however long a word that is pasted, and axe finds nothing."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.add_init_script(AXE_SCRIPT)
    page.goto(home + A_CAUSE)
    page.get_by_role("button", name="Find the cause").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill(f"Error{'x' * 400} agent loops with the same tool")
    page.locator(".unstuck-results a").first.wait_for()
    assert dialog.evaluate("dialog => dialog.scrollWidth - dialog.clientWidth") == 0
    assert dialog.evaluate("dialog => dialog.getBoundingClientRect().right") <= PHONE["width"]
    found = page.evaluate("axe.run('.unstuck-dialog', { resultTypes: ['violations'] })")
    assert [f"{rule['id']}: {node['html']}" for rule in found["violations"] for node in rule["nodes"]] == []
    context.close()


def whole(error: str) -> str:
    return error


def of_another_run(error: str) -> str:
    """Return an error text with other numbers, addresses and paths in it."""
    error = re.sub(r"/[\w.-]+/[\w./-]+", "/opt/other/place.py", re.sub(r"0x[0-9a-f]+", "0xfeed", error))
    return re.sub(r"[0-9]+", "97", error)


def in_a_log(error: str) -> str:
    """Return an error text below a traceback, behind the prefix of a log."""
    frame = 'Traceback (most recent call last):\n  File "/srv/app/main.py", line 7, in answer\n    return reply()'
    return f"2026-11-25T03:12:44Z api-7f9c ERROR {frame}\n{error}"


@pytest.mark.parametrize("pasted", [whole, of_another_run, in_a_log])
def test_every_error_text_is_answered_by_its_page(visit: Visit, pasted: Callable[[str], str]) -> None:
    """Pasted into the box, each error text has the page of its cause first."""
    page = visit("explain/")
    errors = [(cause.slug, error.text) for cause in CAUSES for error in cause.facts.errors]
    answered = page.evaluate(ANSWER_EACH, [pasted(text) for _, text in errors])
    astray = {
        text: found for (slug, text), found in zip(errors, answered, strict=True) if f"/causes/{slug}/" not in found
    }
    assert astray == {}


def test_class_of_an_error_is_answered_by_a_page_that_has_it(visit: Visit) -> None:
    """Cut to its class, an error may be of several causes; the first answer names it in an error or in what is said."""
    owners: dict[str, set[str]] = {}
    for cause in CAUSES:
        for text in (*(error.text for error in cause.facts.errors), *cause.facts.said):
            for name in re.findall(r"\b(?:\w+\.)*[A-Z]\w+(?:Error|Warning|Exit)\b", text):
                owners.setdefault(name.rpartition(".")[2], set()).add(cause.slug)
    answered = visit("explain/").evaluate(ANSWER_EACH, list(owners))
    found = {name: PurePosixPath(urlsplit(address).path).name for name, address in zip(owners, answered, strict=True)}
    assert len(found) > 15
    assert {name: slug for name, slug in found.items() if slug not in owners[name]} == {}


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


@pytest.mark.parametrize("mark", ["#", "?"])
def test_the_address_takes_the_text(visit: Visit, mark: str) -> None:
    """It fills the box and is answered; it does not stay where a reload would send it, nor when it is not true."""
    page = visit(f"explain/{mark}q=RuntimeError%3A+Event+loop+is+closed")
    assert first(page).endswith(CLOSED)
    assert page.url.endswith("explain/#q=RuntimeError%3A+Event+loop+is+closed")
    page.locator("[data-answer-box] textarea").fill("Something else")
    page.wait_for_url(lambda url: url.endswith("explain/#"))


def test_nothing_known_names_the_next_step(visit: Visit) -> None:
    """Without an answer there is one sentence with the next step, and a report that holds the text."""
    page = visit("explain/#q=zzqx")
    says = page.locator(".unstuck-results p").first
    says.wait_for()
    assert says.locator("a[href$='/debug/dump-the-stacks/']").count() == 1
    report = says.locator("a[href*='/issues/new']").get_attribute("href") or ""
    assert urlsplit(report).path == "/owner/unstuck/issues/new"
    assert "zzqx" in parse_qs(urlsplit(report).query)["body"][0]


@pytest.mark.parametrize("missing", ["causes.json", "assets/matcher.js"])
def test_data_that_do_not_load_are_said(visit: Visit, context: BrowserContext, missing: str) -> None:
    """Offline there is a sentence with a way on, and the next question tries again."""
    context.route(f"**/{missing}", lambda route: route.abort())
    page = visit("explain/#q=Event+loop+is+closed")
    assert first(page).endswith("/errors/")
    assert page.locator(".unstuck-count[role=status]").inner_text() == "No answer"
    context.unroute(f"**/{missing}")
    page.locator("[data-answer-box] textarea").fill("Event loop is closed again")
    page.locator(f"[data-answer-box] a[href$='{CLOSED}']").wait_for()


def test_data_are_loaded_by_the_time_of_a_paste(visit: Visit) -> None:
    """Whoever puts the cursor into the box is about to use it."""
    page = visit("explain/")
    with page.expect_response("**/causes.json"):
        page.locator("[data-answer-box] textarea").focus()


def test_it_works_in_a_copy_opened_as_files(context: BrowserContext, site: Site) -> None:
    """Without a server the same text has the same answer, and the links lead to files that are there."""
    page = context.new_page()
    page.goto(f"{(site.folder / 'explain' / 'index.html').as_uri()}#q=Event+loop+is+closed")
    assert first(page) == (site.folder / CLOSED[1:] / "index.html").as_uri()
    page.locator(".md-tabs a").filter(has_text="Causes").click()
    page.wait_for_url((site.folder / "causes" / "index.html").as_uri())


def test_a_file_can_be_dropped(visit: Visit, tmp_path: Path) -> None:
    """As the browser itself hands it over; a log that PowerShell wrote as well."""
    (tmp_path / "error.log").write_bytes("RuntimeError: Event loop is closed\r\n".encode("utf-16"))
    page = visit("explain/")
    box = page.locator("[data-answer-box] textarea").bounding_box()
    assert box is not None
    mouse = page.context.new_cdp_session(page)
    at = {"x": box["x"] + 9, "y": box["y"] + 9}
    data = {"items": [], "files": [str(tmp_path / "error.log")], "dragOperationsMask": 1}
    for event in ("dragEnter", "dragOver", "drop"):
        mouse.send("Input.dispatchDragEvent", {"type": event, **at, "data": data})
    assert first(page).endswith(CLOSED)
    assert page.locator("[data-answer-box] textarea").input_value() == "RuntimeError: Event loop is closed\n"


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_50_megabytes_do_not_stop_the_page(visit: Visit, context: BrowserContext, how: str) -> None:
    """The end of a dropped file and of a pasted text is answered; the page's own thread is hardly used."""
    page = visit("explain/")
    page.evaluate(PREPARE, how)
    metrics = context.new_cdp_session(page)
    metrics.send("Performance.enable", {"timeDomain": "threadTicks"})

    def used() -> float:
        found = metrics.send("Performance.getMetrics")["metrics"]
        return float(next(metric["value"] for metric in found if metric["name"] == "TaskDuration"))

    before = used()
    page.evaluate("document.querySelector('[data-answer-box] textarea').dispatchEvent(prepared)")
    assert first(page).endswith(CLOSED)
    assert used() - before < LONGEST_TASK
    assert page.locator(".unstuck-count[role=status]").inner_text().endswith(": 1 cause, best first")


PREPARE = """(how) => {
  const text = ("x".repeat(99) + "\\n").repeat(500000) + "RuntimeError: Event loop is closed\\n"
  const data = new DataTransfer()
  if (how === "drop") data.items.add(new File([text], "error.log"))
  else data.setData("text/plain", text)
  const options = { cancelable: true, dataTransfer: data, clipboardData: data }
  window.prepared = how === "drop" ? new DragEvent(how, options) : new ClipboardEvent(how, options)
}"""
