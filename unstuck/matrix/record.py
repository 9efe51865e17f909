"""What was found with each set of versions, as `docs/proofs.json` keeps it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from unstuck.catalogue import read
from unstuck.problem import Problem

Result = Literal["proved", "absent", "retired", "changed"]

RESULTS: dict[Result, str] = {
    "proved": "stuck, fixed and each part of the fix are as the page says",
    "absent": "these versions do not have the cause, and its page says so",
    "retired": "the cause is retired, and these versions do not have it",
    "changed": "something is not as the page says",
}


@dataclass(frozen=True)
class Outcome:
    """How the proof of a cause ended; `stack` tells whether its stack led to it, and is None where it has none.

    `why` has what differs, and `dump` what an operator would see; a record that is committed has no dumps.
    """

    result: Result
    why: tuple[str, ...] = ()
    dump: str = ""
    stack: bool | None = None


@dataclass(frozen=True)
class Proved:
    """What was found with a set: the versions of Python and of every distribution, and the outcome of each cause."""

    python: str
    versions: dict[str, str]
    causes: dict[str, Outcome]

    def count(self) -> Counter[Result]:
        """Return how many causes ended in each way."""
        return Counter(outcome.result for outcome in self.causes.values())


@dataclass(frozen=True)
class Record:
    """The day, and what was found with each set."""

    date: str
    sets: dict[str, Proved] = field(default_factory=dict)

    def changed(self) -> dict[str, dict[str, Outcome]]:
        """Return, by cause and by set, each outcome that is not as the page says."""
        found: dict[str, dict[str, Outcome]] = {}
        for name, proved in self.sets.items():
            for slug, outcome in proved.causes.items():
                if outcome.result == "changed":
                    found.setdefault(slug, {})[name] = outcome
        return found

    def without_dumps(self) -> Record:
        """Return the record as it is committed."""
        sets = {
            name: replace(proved, causes={slug: replace(found, dump="") for slug, found in proved.causes.items()})
            for name, proved in self.sets.items()
        }
        return replace(self, sets=sets)


def parse(path: Path) -> Record:
    """Read a record, or raise the `Problem` that it has."""
    try:
        return TypeAdapter(Record).validate_json(read(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Problem(path, None, f"`{where}`: {first['msg']}", "`make matrix` writes it again.") from None


def dumps(record: Record) -> str:
    """Return the text of a record."""
    return TypeAdapter(Record).dump_json(record, indent=1).decode() + "\n"
