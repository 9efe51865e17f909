"""A file is passed over only where a rule cannot match."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unstuck import data
from unstuck.catalogue import cause
from unstuck.data import Entry
from unstuck.finder.gate import gate, passes
from unstuck.finder.rules import Rule, choose
from unstuck.finder.search import rule_hits
from unstuck.finder.sources import Source

CONFIGS: list[dict[str, Any]] = [
    {"rule": {"pattern": "$MODEL($$$)"}, "constraints": {"MODEL": {"regex": "^(Azure)?Chat(OpenAI|Groq)$"}}},
    {"rule": {"any": [{"pattern": "ChatOpenAI($$$)"}, {"kind": "call", "regex": "sleep"}]}},
    {"rule": {"any": [{"pattern": "missing()"}, {"kind": "lambda"}]}},
    {"rule": {"kind": "call", "not": {"regex": "missing"}}},
    {"rule": {"kind": "call", "has": {"field": "function", "regex": "(?i)CHATOPENAI"}}},
    {"rule": {"kind": "call", "has": {"field": "function", "regex": r"(^|\.)[Cc]hat(Open)?AI?$"}}},
    {"rule": {"kind": "call", "regex": r"^(missing)*Chat"}},
    {"rule": {"kind": "call", "regex": r"^(\w+\.)?sleep\(\d{1,}\)$"}},
    {"rule": {"kind": "call", "regex": r"\b{start}Chat"}},
    {"rule": {"kind": "call", "regex": r"[[:upper:]]hatOpenAI"}},
    {"rule": {"kind": "call", "regex": r"^(?<name>Chat)OpenAI"}},
    {"rule": {"kind": "call", "inside": {"kind": "module", "regex": "langchain_openai", "stopBy": "end"}}},
    {"rule": {"kind": "call", "regex": r"^(\w+\.)?ChatOpenAI\("}},
    {"rule": {"kind": "call", "regex": r"^time(\w*\.)*sl"}},
    {"rule": {"matches": "it"}, "utils": {"it": {"kind": "call", "any": [{"regex": "^Chat"}, {"regex": "^time"}]}}},
    {"rule": {"all": [{"kind": "call"}, {"not": {"has": {"kind": "keyword_argument", "stopBy": "end"}}}]}},
]

TEXT = """
import time
from langchain_openai import ChatOpenAI
model = ChatOpenAI(model="gpt-4o-mini")
time.sleep(1)
key = lambda: time.time()
"""


@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_a_text_with_a_match_passes(config: dict[str, Any], entry: Callable[[], Entry]) -> None:
    """Whatever the grammar of a rule, its conditions follow from it."""
    rule = Rule(entry(), (), config, ())

    assert list(rule_hits(Source("a.py", TEXT, TEXT), [rule]))
    assert passes(TEXT, gate(config))


@pytest.mark.parametrize(
    ("config", "conditions"),
    [
        (CONFIGS[0], [{"ChatGroq", "ChatOpenAI"}]),
        (CONFIGS[1], [{"ChatOpenAI", "sleep"}]),
        (CONFIGS[2], []),
        (CONFIGS[4], []),
        (CONFIGS[5], [{"ChatA", "ChatOpenA", "chatA", "chatOpenA"}]),
        (CONFIGS[8], []),
        (CONFIGS[10], []),
        (CONFIGS[11], [{"langchain_openai"}]),
        (CONFIGS[12], [{"ChatOpenAI("}]),
        (CONFIGS[13], [{"time"}, {".sl", "timesl"}]),
        (CONFIGS[14], [{"Chat", "time"}]),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,  # A set has no order to be named by.
)
def test_conditions_are_as_narrow_as_is_safe(config: dict[str, Any], conditions: list[set[str]]) -> None:
    """A regular expression that Python reads otherwise gives none, one that it reads gives its words."""
    assert list(gate(config)) == conditions


def test_a_text_without_the_words_does_not_pass() -> None:
    """Otherwise every file would be parsed."""
    assert not passes("from openai import OpenAI\n", gate(CONFIGS[0]))


BY_AST_GREP = [rule for rule in choose(data.load()["causes"]) if rule.config]


@pytest.mark.parametrize("rule", BY_AST_GREP, ids=lambda rule: rule.slug)
def test_every_rule_finds_the_same_without_its_gate(rule: Rule) -> None:
    """The gate saves time and loses nothing."""
    programs = sorted(cause(rule.slug).folder.glob("*.py"))
    open_rule = Rule(rule.cause, (), rule.config, ())

    assert rule.gate
    assert hits(programs, rule) == hits(programs, open_rule) != []


def hits(programs: list[Path], rule: Rule) -> list[object]:
    texts = {path: path.read_text() for path in programs}
    return [(path, hit) for path, text in texts.items() for hit in rule_hits(Source(str(path), text, text), [rule])]
