r"""What a file's text must hold for a rule to match anywhere in it.

Parsing a file and trying a rule on every node is slow, and most files hold no call that any rule is about.
A rule's patterns and regular expressions match the text of nodes, so that text stands in the file too.
`gate` takes from a rule only conditions that follow from this; a file that fails one of them cannot hold a match.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# A condition: one of these expressions is found in the file's text.
_Condition = frozenset[str]
_All = set[_Condition]

_METAVARIABLE = re.compile(r"\$+_?[A-Z][A-Z0-9_]*|\$+_?")
_WORD = re.compile(r"[A-Za-z_]\w+")
_ANCHOR = re.compile(r"(?P<anchor>[\^$]|\\[bBAzZ])|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")


def gate(config: Mapping[str, Any]) -> tuple[re.Pattern[str], ...]:
    """Return expressions that are all found in every file in which an ast-grep configuration matches."""
    conditions = _conditions(config["rule"], config)
    return tuple(re.compile("|".join(sorted(words))) for words in sorted(conditions, key=_selectivity))


def _conditions(rule: Mapping[str, Any], config: Mapping[str, Any], open_utils: frozenset[str] = frozenset()) -> _All:
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
            found |= _conditions(constraint, config)
    return found


def _of_regex(regex: str) -> _All:
    """Return a regular expression without its anchors, where Python is sure to read it as Rust does."""
    loose = _ANCHOR.sub(lambda token: "" if token["anchor"] else token[0], regex)
    try:
        matches_nothing = re.compile(f"(?:{loose})").match("")
    except re.error:
        return set()
    return set() if matches_nothing or re.search(r"\[\[|&&|--|~~", regex) else {frozenset({f"(?:{loose})"})}


def _either(branches: list[_All]) -> _All:
    """Return the one condition that a choice of branches leaves: any of a condition of each."""
    if not all(branches):
        return set()
    return {frozenset().union(*(min(branch, key=_selectivity) for branch in branches))}


def _selectivity(condition: _Condition) -> tuple[int, list[str]]:
    """Order conditions: first those whose shortest alternative is longest."""
    return -min(map(len, condition)), sorted(condition)
