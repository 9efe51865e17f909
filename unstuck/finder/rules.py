"""The rules that a search runs: which causes, seen how."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unstuck.data import Entry
from unstuck.finder.gate import Condition, gate
from unstuck.problem import Problem


@dataclass(frozen=True)
class Rule:
    """How one cause is seen in source code: ruff's codes, a configuration for ast-grep with its gate, or both."""

    cause: Entry
    ruff: tuple[str, ...]
    config: dict[str, Any] | None
    gate: tuple[Condition, ...]

    @property
    def slug(self) -> str:
        return self.cause["slug"]


def choose(causes: Sequence[Entry], select: Collection[str] = (), ignore: Collection[str] = ()) -> list[Rule]:
    """Return the rules of the selected causes, of all where none is selected, without the ignored ones."""
    known = {cause["slug"]: cause for cause in causes}
    for slug in (*select, *ignore):
        _check(slug, known)
    for slug in select:
        if reason := known[slug]["find"]["nothing_because"]:
            raise Problem(Path(slug), None, "source code cannot show this cause", reason)
    return [
        _rule(cause)
        for slug, cause in known.items()
        if (slug in select or not select) and slug not in ignore and not cause["find"]["nothing_because"]
    ]


def _rule(cause: Entry) -> Rule:
    config = cause["find"]["rule"]
    return Rule(cause, tuple(cause["find"]["ruff"]), config, gate(config) if config else ())


def _check(slug: str, known: Collection[str]) -> None:
    if slug not in known:
        near = difflib.get_close_matches(slug, known, cutoff=0.4)
        remedy = f"Did you mean {' or '.join(near)}?" if near else "`unstuck find --rules` lists them."
        raise Problem(Path(slug), None, "there is no such cause", remedy)
