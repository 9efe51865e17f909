"""What a file's text must hold for a rule to match anywhere in it.

To parse a file and try a rule on each of its nodes is slow, and most files hold no call that any rule is about.
A rule's patterns and regular expressions match the text of nodes, and that text stands in the file too.
`gate` takes from a rule only what follows from this: a file that fails a condition cannot hold a match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

# One of these words stands in the text.
Condition = frozenset[str]
_All = set[Condition]

_METAVARIABLE = re.compile(r"\$+_?[A-Z][A-Z0-9_]*|\$+_?")
_WORD = re.compile(r"[A-Za-z_]\w+")

# What ast-grep's regular expressions read otherwise than Python's do.
_NOT_PYTHON = re.compile(r"\[\[|&&|\\[<>]|\\b\{")

# Shorter words stand in every file, and more of them are no longer quick to look for.
_SHORTEST = 3
_MOST = 100

_Item = tuple[Any, Any]


def gate(config: Mapping[str, Any]) -> tuple[Condition, ...]:
    """Return conditions that all hold for every text in which a configuration matches, the quickest first."""
    conditions = _conditions(config["rule"], config, frozenset())
    return tuple(sorted(map(_without_longer, conditions), key=lambda words: (len(words), sorted(words))))


def passes(text: str, conditions: Iterable[Condition]) -> bool:
    """Say whether all conditions hold for a text."""
    return all(any(word in text for word in condition) for condition in conditions)


def _conditions(rule: Mapping[str, Any], config: Mapping[str, Any], open_utils: frozenset[str]) -> _All:
    found: _All = set()
    for key, value in rule.items():
        if key == "pattern" and isinstance(value, str):
            found |= _of_pattern(value, config)
        elif key == "regex":
            found |= _of_regex(value)
        elif key == "all":
            found |= set().union(*(_conditions(part, config, open_utils) for part in value))
        elif key == "any":
            found |= _either([_conditions(part, config, open_utils) for part in value])
        elif key in ("has", "inside", "precedes", "follows"):
            found |= _conditions({k: v for k, v in value.items() if k != "stopBy"}, config, open_utils)
        elif key == "matches" and value not in open_utils:
            found |= _conditions(config["utils"][value], config, open_utils | {value})
    return found


def _of_pattern(pattern: str, config: Mapping[str, Any]) -> _All:
    found: _All = {frozenset({word}) for word in _WORD.findall(_METAVARIABLE.sub(" ", pattern))}
    for name, constraint in config.get("constraints", {}).items():
        if re.search(rf"\${name}\b", pattern):
            found |= _conditions(constraint, config, frozenset())
    return found


def _of_regex(regex: str) -> _All:
    if _NOT_PYTHON.search(regex):
        return set()
    try:
        parsed = _parser.parse(regex)
    except re.error:
        return set()
    return set() if parsed.state.flags & (re.IGNORECASE | re.VERBOSE) else _of_sequence(parsed)[0]


def _of_sequence(items: Iterable[_Item]) -> tuple[_All, set[str]]:
    """Return the words that every match of a parsed regular expression holds, and those one of which it ends in."""
    found: _All = set()
    ends = {""}
    for item in items:
        strings = _strings(item)
        if strings and len(ends) * len(strings) <= _MOST:
            ends = {end + string for end in ends for string in strings}
            continue
        inner, inner_ends = _of_item(item)
        found |= {frozenset(ends)} | inner
        ends = inner_ends | ends if _is_optional(item) else inner_ends
    return {words for words in found | {frozenset(ends)} if min(map(len, words)) >= _SHORTEST}, ends


def _of_item(item: _Item) -> tuple[_All, set[str]]:
    kind, value = item
    if kind is _constants.SUBPATTERN and not value[1]:
        return _of_sequence(value[-1])
    if kind is _constants.BRANCH:
        branches = [_of_sequence(branch) for branch in value[1]]
        return _either([found for found, _ in branches]), set().union(*(ends for _, ends in branches))
    if kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
        found, ends = _of_sequence(value[2])
        return set() if _is_optional(item) else found, ends
    return set(), {""}


def _is_optional(item: _Item) -> bool:
    kind, value = item
    return kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT) and value[0] == 0


def _strings(item: _Item) -> set[str]:
    """Return all strings that a part of a regular expression matches, or none where they are not few."""
    kind, value = item
    if kind is _constants.LITERAL:
        return {chr(value)}
    if kind is _constants.AT:
        return {""}
    if kind is _constants.IN:
        return {chr(code) for _, code in value} if all(kind is _constants.LITERAL for kind, _ in value) else set()
    if kind is _constants.SUBPATTERN and not value[1]:
        return _strings_of_all(value[-1])
    if kind is _constants.BRANCH:
        branches = [_strings_of_all(branch) for branch in value[1]]
        return set().union(*branches) if all(branches) else set()
    if kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT) and value[:2] == (0, 1):
        optional = _strings_of_all(value[2])
        return optional | {""} if optional else set()
    return set()


def _strings_of_all(items: Iterable[_Item]) -> set[str]:
    found = {""}
    for item in items:
        found = {start + end for start in found for end in _strings(item)}
    return found if len(found) <= _MOST else set()


def _either(branches: list[_All]) -> _All:
    """Return the one condition that a choice of branches leaves: any word of a condition of each."""
    if not all(branches):
        return set()
    return {frozenset[str]().union(*(min(branch, key=_selectivity) for branch in branches))}


def _without_longer(words: Condition) -> Condition:
    """Leave out words that hold another word."""
    return frozenset(word for word in words if not any(other in word for other in words - {word}))


def _selectivity(condition: Condition) -> tuple[int, list[str]]:
    """Order conditions by how many texts fail them: long words are rare."""
    return -min(map(len, condition)), sorted(condition)
