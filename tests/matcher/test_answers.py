"""What the answers to a pasted text promise."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NotRequired, TypedDict

import pytest

from unstuck import captures
from unstuck.catalogue import causes
from unstuck.data import Data
from unstuck.matcher import Matcher

HERE = Path(__file__).parent
ROOM = 0.02  # of the reports: what a new cause may cost the others, whose words it competes for


class Report(TypedDict):
    """A public report: words of a reporter, the error that is in it, and the cause, with others that fit."""

    query: str
    error: NotRequired[str]
    title: NotRequired[str]
    symptom: NotRequired[str]
    page: str
    also: list[str]


ERRORS = [
    pytest.param(cause.slug, error.text, id=f"{cause.slug}-{number}")
    for cause in causes()
    for number, error in enumerate(cause.facts.errors, 1)
]
ISSUE = (HERE / "issue.md").read_text(encoding="utf-8")


def reports(name: str) -> list[Report]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


INCIDENTS = reports("incidents.jsonl")
FRESH = reports("fresh.jsonl")  # verbatim, and only for measuring: no page takes its words from here


@pytest.mark.parametrize(("slug", "text"), ERRORS)
def test_error_text_leads_to_its_page(matcher: Matcher, slug: str, text: str) -> None:
    """An error text, whole, has its page first."""
    assert [slug, "error"] == [matcher.answer(text)[0].slug, matcher.answer(text)[0].how_sure]


@pytest.mark.parametrize(("slug", "text"), ERRORS)
def test_error_text_is_found_in_a_log(matcher: Matcher, slug: str, text: str) -> None:
    """An error text with other numbers, below a traceback and behind a log's prefix, has its page first."""
    other = re.sub(r"[0-9]+", "97", text)
    frame = 'Traceback (most recent call last):\n  File "/srv/app/main.py", line 7, in answer'
    log = f"2026-11-25T03:12:44Z api-7f9c ERROR {frame}\n{other}"
    assert slug == matcher.answer(log)[0].slug


def test_half_of_an_error_text_is_known(matcher: Matcher) -> None:
    """Where its end was cut off, its cause is among those that are named for an error; a few words tell nothing."""
    halves = {
        (cause.slug, " ".join(words[: len(words) // 2 + 1]))
        for cause in causes()
        for error in cause.facts.errors
        if len(words := error.text.split()) > 7
    }
    sure = {text: {answer.slug for answer in matcher.answer(text) if answer.how_sure == "error"} for _, text in halves}
    assert len(sure) > 40
    assert [(slug, text) for slug, text in halves if slug not in sure[text]] == []


def test_class_of_an_error_leads_to_its_page(matcher: Matcher) -> None:
    """An error's class alone, with its modules or without, leads to a cause whose errors, or reporters, name it."""
    owners: dict[str, set[str]] = {}
    for cause in causes():
        for text in (*(error.text for error in cause.facts.errors), *cause.facts.said):
            for name in re.findall(r"\b(?:\w+\.)*[A-Z]\w+(?:Error|Warning|Exit)\b", text):
                for written in (name, name.rsplit(".", 1)[-1]):
                    owners.setdefault(written, set()).add(cause.slug)
    firsts = {name: [answer.slug for answer in matcher.answer(name)[:1]] for name in owners}
    assert len(owners) > 20
    assert {name: first for name, first in firsts.items() if not owners[name].intersection(first)} == {}


def test_an_error_text_has_one_page(known: Data) -> None:
    """No two causes claim the same error text."""
    texts = Counter(" ".join(error["text"].split()) for cause in known["causes"] for error in cause["errors"])
    assert [text for text, count in texts.items() if count > 1] == []


def words_of(report: Report) -> str:
    return report["query"]


def misspelt(report: Report) -> str:
    """Return the words of a report, the longest of them without its third letter."""
    longest = max(report["query"].split(), key=len)
    return report["query"].replace(longest, longest[:2] + longest[3:])


def whole(report: Report) -> str:
    """Return a report as it is filed: a form of 400 words with a program, a trace and a list of versions."""
    fields = {"TITLE": report["title"], "DESCRIPTION": report["symptom"], "ERROR": report["error"]}
    return re.sub("|".join(fields), lambda found: fields[found[0]], ISSUE)


@pytest.mark.parametrize(
    ("reported", "written", "first", "three"),
    [
        pytest.param(INCIDENTS, words_of, 0.74, 0.91, id="words"),
        pytest.param(INCIDENTS, misspelt, 0.73, 0.91, id="misspelt"),
        pytest.param(INCIDENTS, whole, 0.78, 0.91, id="whole"),
        pytest.param(FRESH, words_of, 0.71, 0.85, id="fresh-words"),
        pytest.param(FRESH, misspelt, 0.69, 0.84, id="fresh-misspelt"),
    ],
)
def test_reports_lead_to_their_page(
    matcher: Matcher, reported: list[Report], written: Callable[[Report], str], first: float, three: float
) -> None:
    """Reports have their page first, or among the first three, in shares that may only rise."""
    slugs = {cause.slug for cause in causes()}
    rows = [row for row in reported if row["page"] in slugs]
    answers = [[answer.slug for answer in matcher.answer(written(row))] for row in rows]
    shares = [
        sum(row["page"] in found[:most] for row, found in zip(rows, answers, strict=True)) / len(rows)
        for most in (1, 3)
    ]
    assert shares[0] >= first - ROOM, shares
    assert shares[1] >= three - ROOM, shares


def test_unknown_words_do_not_empty_the_answer(matcher: Matcher) -> None:
    """Words that no page has cost nothing, and quotes, signs and operators are text."""
    plain = matcher.answer("agent keeps calling the same tool")
    odd = matcher.answer('-zzqx +"agent keeps calling the same tool" ~2 qqy*')
    assert [answer.slug for answer in plain] == [answer.slug for answer in odd]


NO_FRAME = "Thread 0x00007f0ece3eeb80 (most recent call first):\n  <no Python frame>\n"
MAKES_A_CLIENT = """\
Current thread 0x00007f60c660ab80 (most recent call first):
  File "/usr/local/lib/python3.11/ssl.py", line 770 in create_default_context
  File "/srv/.venv/lib/python3.11/site-packages/httpx/_config.py", line 40 in create_ssl_context
  File "/srv/.venv/lib/python3.11/site-packages/httpx/_transports/default.py", line 297 in __init__
  File "/srv/.venv/lib/python3.11/site-packages/httpx/_client.py", line 1445 in _init_transport
  File "/srv/.venv/lib/python3.11/site-packages/httpx/_client.py", line 1402 in __init__
  File "/srv/app/tools.py", line 11 in fare
  File "/srv/.venv/lib/python3.11/site-packages/langchain_core/tools/structured.py", line 179 in _arun
  File "/usr/local/lib/python3.11/asyncio/events.py", line 80 in _run
  File "/usr/local/lib/python3.11/asyncio/base_events.py", line 1922 in _run_once
  File "/usr/local/lib/python3.11/asyncio/base_events.py", line 607 in run_forever
"""


@pytest.mark.parametrize("dump", [NO_FRAME, MAKES_A_CLIENT], ids=["no frame", "makes a client"])
def test_thread_that_does_not_wait_is_healthy(matcher: Matcher, dump: str) -> None:
    """One between two frames, and one that makes a client, which takes long but waits for nothing."""
    assert matcher.answer(dump) == []


@pytest.mark.parametrize("text", ["", "   \n", "zzqx", "\x1b[31m\x1b[0m", "(((", "🦜" * 3000])
def test_nothing_known_gives_nothing(matcher: Matcher, text: str) -> None:
    """A text without a known word, frame or error has no answer."""
    assert matcher.answer(text) == []


@pytest.mark.parametrize("option", [[], ["--locals"]], ids=["plain", "locals"])
@pytest.mark.parametrize(
    ("program", "ready", "idles_in"),
    [
        ("celery_idle", "ready.", "celery/"),
        ("gunicorn_idle", "Booting worker", "run_for_one"),
        ("tasks_idle", "End of stack dump", "run_forever"),
        ("threads_idle", "ready", "_worker"),
        ("uvicorn_idle", "Uvicorn running", "run_forever"),
    ],
)
def test_idle_service_is_healthy(matcher: Matcher, program: str, ready: str, idles_in: str, option: list[str]) -> None:
    """The stacks of a service that waits for work lead to nothing, those of its tasks neither."""
    with captures.running(HERE / "healthy" / f"{program}.py", PYTHONPATH=captures.GUARDS) as process:
        printed = captures.output_until(process, ready)
        command = [str(Path(sys.executable).parent / "py-spy"), "dump", "--subprocesses", "--pid", str(process.pid)]
        dump, looks = "", 0
        while idles_in not in dump and looks < 50:
            looks += 1
            dump = subprocess.run([*command, *option], capture_output=True, text=True, check=True).stdout
    assert idles_in in dump
    assert matcher.answer(dump) == []
    assert matcher.answer(printed[printed.find("Stack dump of") :]) == [] or "Stack dump of" not in printed


def test_large_paste_takes_bounded_time(matcher: Matcher) -> None:
    """Of 50 MB only the ends are read, and an error at the end is found."""
    paste = "INFO request 17 handled in 3 ms by worker 4\n" * 1_200_000 + "RuntimeError: Event loop is closed\n"
    began = time.process_time()
    assert matcher.answer(paste)[0].slug == "client-shared-across-event-loops"
    assert time.process_time() - began < 30
