"""What people read of a record: the page, the pull request, an issue for each cause that changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from unstuck.catalogue import Cause
from unstuck.matrix.record import RESULTS, Outcome, Record
from unstuck.matrix.sets import SETS
from unstuck.text import fence

NAMED = ("python", "langchain", "langchain-core", "langchain-openai", "langgraph", "openai")
"""The libraries that an issue names; the page has all that a cause or pyproject.toml names."""


def page(record: Record, causes: list[Cause], libraries: list[str]) -> str:
    """Return the page that says which cause was proved with which set."""
    begins = (
        f"# Proofs by version\n\nLast run on {record.date}.\n"
        "Every program of every cause was run with these sets of versions, and each part of each fix was undone once.\n"
        "`make matrix` does it again and writes this page; a workflow does so every week."
    )
    sections = [
        begins,
        "## Sets\n\n" + _table(["set", "what it is", "causes", "stacks that lead to their cause"], _sets(record)),
        "## Causes\n\n" + "\n".join(f"- **{name}**: {says}." for name, says in RESULTS.items()),
        _table(["cause", *record.sets], _causes(record, causes)),
        "## Differences\n\n" + ("\n".join(_differences(record)) or "None."),
        "## Versions\n\n" + _table(["library", *record.sets], _versions(record, libraries)),
    ]
    return "\n\n".join(sections) + "\n"


def issue_title(slug: str) -> str:
    """Return the title by which the one issue of a cause is found again."""
    return f"Changed: {slug}"


def issue(record: Record, slug: str) -> str:
    """Return the body of the issue of a cause that is not as its page says."""
    parts = [f"`{slug}` is not as its page says. Last seen on {record.date}, by the weekly proofs."]
    for name, outcome in record.changed()[slug].items():
        proved = record.sets[name]
        there = {"python": proved.python, **proved.versions}
        with_ = ", ".join(f"{library} {there[library]}" for library in NAMED if library in there)
        parts += [f"## With the {name} versions", with_, fence("\n".join(outcome.why))]
        if outcome.dump:
            parts += ["What an operator would see:", fence(outcome.dump)]
    parts.append(
        "To do: run `make matrix`, then correct the programs, or say in `cause.toml` which versions have the cause:"
        " `[versions]` when it is another range, `[retired]` when a library has fixed it."
        " CONTRIBUTING.md has both. This text is written again every week; comments stay."
    )
    return "\n\n".join(parts) + "\n"


def pull_request(record: Record) -> str:
    """Return the body of the pull request with the page."""
    changed = [f"- `{slug}`: {', '.join(found)}" for slug, found in record.changed().items()]
    parts = [
        f"The proofs of {record.date}, written by `make matrix`.",
        _table(["set", "outcome"], [[name, _count(record, name)] for name in record.sets]),
        "Not as their pages say, each with an issue:" if changed else "Every cause is as its page says.",
        *(["\n".join(changed)] if changed else []),
    ]
    return "\n\n".join(parts) + "\n"


def _sets(record: Record) -> Iterator[list[str]]:
    for name, proved in record.sets.items():
        led = [outcome.stack for outcome in proved.causes.values() if outcome.stack is not None]
        what = f"{SETS[name][0]}, on Python {proved.python}"
        yield [name, what, _count(record, name), f"{sum(led)} of {len(led)}"]


def _count(record: Record, name: str) -> str:
    count = record.sets[name].count()
    return ", ".join(f"{count[result]} {result}" for result in RESULTS if count[result])


def _causes(record: Record, causes: list[Cause]) -> Iterator[list[str]]:
    for cause in causes:
        outcomes = [proved.causes.get(cause.slug) for proved in record.sets.values()]
        yield [
            f"[{cause.title}](causes/{cause.slug}.md)",
            *(found.result if found else "not run yet" for found in outcomes),
        ]


def _differences(record: Record) -> Iterator[str]:
    for name, proved in record.sets.items():
        for slug, outcome in proved.causes.items():
            if outcome.result != "proved":
                yield f"`{slug}` with the {name} versions is {outcome.result}:\n\n{fence(_why(outcome))}\n"


def _why(outcome: Outcome) -> str:
    return "\n".join(line.split("\n")[0] for line in outcome.why) or "not run yet"


def _versions(record: Record, libraries: list[str]) -> Iterator[list[str]]:
    for library in ["python", *libraries]:
        there = [{"python": proved.python, **proved.versions} for proved in record.sets.values()]
        yield [library, *(versions.get(library, "-") for versions in there)]


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
