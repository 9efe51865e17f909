"""What the answers to a pasted text promise."""

from __future__ import annotations

import builtins
import json
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from unstuck import captures
from unstuck.catalogue import causes
from unstuck.data import Data
from unstuck.matcher import Matcher

HERE = Path(__file__).parent
ERRORS = [
    pytest.param(cause.slug, error.text, id=f"{cause.slug}-{number}")
    for cause in causes()
    for number, error in enumerate(cause.facts.errors, 1)
]
REPORTS = [json.loads(line) for line in (HERE / "incidents.jsonl").read_text(encoding="utf-8").splitlines()]

# Shares of the reports' words that reach their page, first and among the first three; they may only rise.
FIRST, THREE = 0.6, 0.77


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


def test_class_of_an_error_leads_to_its_page(matcher: Matcher) -> None:
    """The class alone is enough where only one cause raises it and Python has no such class of its own."""
    named = {
        (found[1].rsplit(".", 1)[-1], slug)
        for slug, text in (parameters.values for parameters in ERRORS)
        if (found := re.match(r"([\w.]+(?:Error|Exception|Exceeded|Limit)): ", str(text)))
    }
    owners = Counter(name for name, _ in named)
    alone = {(name, slug) for name, slug in named if owners[name] == 1 and not hasattr(builtins, name)}
    assert alone
    assert [(name, slug) for name, slug in alone if slug not in [a.slug for a in matcher.answer(name)[:1]]] == []


def test_an_error_text_has_one_page(known: Data) -> None:
    """No two causes claim the same error text."""
    texts = Counter(" ".join(error["text"].split()) for cause in known["causes"] for error in cause["errors"])
    assert [text for text, count in texts.items() if count > 1] == []


def test_words_of_reports_lead_to_their_page(matcher: Matcher) -> None:
    """People's own words have their page first, or among the first three, at least as often as when it was measured."""
    slugs = {cause.slug for cause in causes()}
    rows = [row for row in REPORTS if row["page"] in slugs]
    answers = [[answer.slug for answer in matcher.answer(row["query"])] for row in rows]
    first = sum(row["page"] in found[:1] for row, found in zip(rows, answers, strict=True)) / len(rows)
    three = sum(row["page"] in found[:3] for row, found in zip(rows, answers, strict=True)) / len(rows)
    assert (first >= FIRST, three >= THREE) == (True, True), f"first {first:.0%}, among three {three:.0%}"


def test_unknown_words_do_not_empty_the_answer(matcher: Matcher) -> None:
    """Words that no page has cost nothing, and quotes, signs and operators are text."""
    plain = matcher.answer("agent keeps calling the same tool")
    odd = matcher.answer('-zzqx +"agent keeps calling the same tool" ~2 qqy*')
    assert [answer.slug for answer in plain] == [answer.slug for answer in odd]


@pytest.mark.parametrize("text", ["", "   \n", "zzqx", "\x1b[31m\x1b[0m", "(((", "🦜" * 3000])
def test_nothing_known_gives_nothing(matcher: Matcher, text: str) -> None:
    """A text without a known word, frame or error has no answer."""
    assert matcher.answer(text) == []


def test_idle_service_is_healthy(matcher: Matcher) -> None:
    """The stacks of a service that waits for requests lead to nothing."""
    with captures.running(HERE / "idle.py") as process:
        captures.output_until(process, "Uvicorn running")
        command = [str(Path(sys.executable).parent / "py-spy"), "dump", "--pid", str(process.pid)]
        dump = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "run_forever" in dump
    assert matcher.answer(dump) == []


def test_large_paste_takes_bounded_time(matcher: Matcher) -> None:
    """Of 50 MB only the ends are read, and an error at the end is found."""
    paste = "INFO request 17 handled in 3 ms by worker 4\n" * 1_200_000 + "RuntimeError: Event loop is closed\n"
    began = time.process_time()
    assert matcher.answer(paste)[0].slug == "client-shared-across-event-loops"
    assert time.process_time() - began < 30
