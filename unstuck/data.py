"""The catalogue as one JSON file inside the package, so that an installed wheel needs no clone.

`unstuck check` writes it.
Its shape is `Data`, below, and on the site `causes.schema.json`.
A key that goes, or that changes its meaning, raises the number of the schema; a key that comes does not.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from typing_extensions import TypedDict  # pydantic asks for this one before Python 3.12.

from unstuck import text
from unstuck.finder import rule_file
from unstuck.problem import Problem

if TYPE_CHECKING:
    from unstuck.catalogue import Cause

SCHEMA: Final = 1
PYTHONS = "3.11, 3.12 and 3.13"

_MADE = {"errors.md", "proofs.md"}
_FENCE = re.compile(r"^ *```.*?^ *```\n", re.MULTILINE | re.DOTALL)


class ErrorText(TypedDict):
    """An error string, and the program or the address of the report that shows it."""

    text: str
    source: str


class Find(TypedDict):
    """How the finder sees a cause: ruff's codes, an ast-grep configuration, or a sentence that says why it cannot."""

    ruff: list[str]
    rule: dict[str, Any] | None
    nothing_because: str | None


class Report(TypedDict):
    """A public report of a cause."""

    url: str
    title: str


class Signature(TypedDict):
    """The library frames of a stack in which a program of the cause is stuck, as `module:function`, outermost first.

    `frames` are those below the program's line, `above` those that led to it; `threads` is how many stood there.
    """

    program: str
    what: str
    on_loop: bool
    threads: int
    above: list[str]
    frames: list[str]


class Entry(TypedDict):
    """One cause.

    `page` is the page's address below the site's root; `url` is absolute where the site's root was known.
    `neighbours` and `versions` keep the keys of `cause.toml`: slug to difference, distribution to range.
    `proved_with` has the locked version of each distribution of `versions`.
    """

    slug: str
    title: str
    page: str
    url: str
    family: str
    kind: str
    summary: str
    fix: str
    errors: list[ErrorText]
    said: list[str]
    neighbours: dict[str, str]
    versions: dict[str, str]
    proved_with: dict[str, str]
    reports: list[Report]
    find: Find
    signatures: list[Signature]
    text: str


class Section(TypedDict):
    """A part of a page that is not a cause's: its address below the site's root, its heading and its words."""

    page: str
    title: str
    heading: str
    text: str


class Data(TypedDict):
    """The whole file: the address of the site's root, empty where it was not known, the causes by slug, and the rest.

    `sections` are those of the other pages, in the order of their paths.
    """

    schema: Literal[1]
    site: str
    causes: list[Entry]
    sections: list[Section]


def build(root: Path) -> Data:
    """Read the catalogue of a clone; addresses are absolute when `SITE_URL` is set."""
    from unstuck.catalogue import causes

    site = os.environ.get("SITE_URL", "")
    site = f"{site.rstrip('/')}/" if site else ""
    entries = [_entry(cause, site) for cause in causes(root)]
    return {"schema": SCHEMA, "site": site, "causes": entries, "sections": list(_sections(root / "docs"))}


def only(cause: Cause) -> Data:
    """Return the data of one cause, with addresses below the site's root."""
    return {"schema": SCHEMA, "site": "", "causes": [_entry(cause, "")], "sections": []}


def dumps(data: Data) -> str:
    """Return the text of the file."""
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def schema() -> str:
    """Return the text of the file's JSON Schema."""
    from pydantic import TypeAdapter

    return json.dumps(TypeAdapter(Data).json_schema(), indent=1) + "\n"


@cache
def load() -> Data:
    """Read the file that the package carries."""
    carried = files("unstuck") / "causes.json"
    return cast(Data, json.loads(carried.read_text(encoding="utf-8")))


def _entry(cause: Cause, site: str) -> Entry:
    facts = cause.facts
    page = f"causes/{cause.slug}/"
    return {
        "slug": cause.slug,
        "title": cause.title,
        "page": page,
        "url": site + page,
        "family": facts.family,
        "kind": facts.kind,
        "summary": facts.summary,
        "fix": " ".join([*([facts.retired.note] if facts.retired else []), facts.fix]),
        "errors": [{"text": error.text, "source": error.source} for error in facts.errors],
        "said": list(facts.said),
        "neighbours": dict(facts.neighbours),
        "versions": dict(facts.versions),
        "proved_with": proved_with(cause),
        "reports": [{"url": report.url, "title": report.title} for report in facts.reports],
        "find": {
            "ruff": list(facts.find.ruff),
            "rule": rule_file.read(cause.folder / facts.find.rule) if facts.find.rule else None,
            "nothing_because": facts.find.nothing_because,
        },
        "signatures": signatures(cause),
        "text": _prose(cause.page.read_text(encoding="utf-8")),
    }


def proved_with(cause: Cause) -> dict[str, str]:
    """Return the locked version of each library that a cause names in `versions`; of a retired one, its range."""
    from unstuck.versions import has_it

    facts = cause.facts
    lock = (cause.clone / "requirements.lock").read_text(encoding="utf-8")
    locked = {"python": PYTHONS, **dict(re.findall(r"^([\w.-]+)==([^\s\\]+)", lock, re.MULTILINE))}
    if unknown := sorted(facts.versions.keys() - locked.keys()):
        what = f"{unknown[0]} is not in requirements.lock"
        raise Problem(cause.toml, cause.line("versions", unknown[0]), what, "Name a locked package.")
    there = {name: locked[name] for name in facts.versions}
    if has_it({name: span for name, span in facts.versions.items() if name != "python"}, there.__getitem__):
        if facts.retired:
            what = "`retired`: the locked versions are among those of [versions], which have the cause"
            raise Problem(
                cause.toml, cause.line("retired"), what, "Let the ranges end where it is fixed, or take [retired] out."
            )
        return there
    if not facts.retired:
        what = "`versions`: the locked versions are not among those that have the cause"
        raise Problem(
            cause.toml, cause.line("versions"), what, "Correct the ranges, or say in [retired] since when it is fixed."
        )
    return dict(facts.versions)


def signatures(cause: Cause) -> list[Signature]:
    """Return the stacks of a cause that have frames of libraries, as its evidence has them; none where it has none."""
    found: list[Signature] = json.loads(text.written(cause.evidence / "signatures.json") or "[]")
    return [signature for signature in found if signature["frames"]]


def of_broken(found: Iterable[Signature]) -> Signature | None:
    """Return the stack of the broken program, or None where it has no frames of libraries."""
    return next((signature for signature in found if signature["program"] == "broken" and signature["frames"]), None)


def _prose(page: str) -> str:
    """Return the words of a page without its includes, fences and link targets."""
    page = _FENCE.sub("", page)
    page = re.sub(r"(?m)^ *(?:--8<--.*|<div .*|\?\?\?.*|People describe it as:)\n", "", page)
    return text.one_line(re.sub(r"\]\([^)]*\)", "]", page))


def _sections(docs: Path) -> Iterator[Section]:
    """Yield the sections of the pages that are not a cause's; the first of a page is what stands above its headings."""
    from markdown.extensions.toc import slugify  # type: ignore[import-untyped]

    from unstuck import addresses

    for path in sorted(docs.rglob("*.md")):
        if (path.parent == docs / "causes" and path.stem != "index") or path.name in _MADE:
            continue  # Causes are found as causes; the index of errors is made from these data, the proofs every week.
        address = addresses.of(docs, path).removeprefix("/")
        title = ""
        for part in re.split(r"(?m)^(?=##? )", _FENCE.sub("", path.read_text(encoding="utf-8"))):
            found = re.match(r"(##?) (.+)\n", part)
            if not found:
                continue
            heading = found[2].replace("`", "")
            title = heading if found[1] == "#" else title
            anchor = "" if found[1] == "#" else f"#{slugify(heading, '-')}"
            yield {"page": address + anchor, "title": title, "heading": heading, "text": _prose(part[found.end() :])}


def errors_page(data: Data) -> str:
    """Return the page that leads from each error text to its cause, in the order of the texts."""
    errors = sorted(
        ((text.one_line(error["text"]), cause) for cause in data["causes"] for error in cause["errors"]),
        key=lambda found: (found[0].lower(), found[1]["slug"]),
    )
    rows = [f"- {text.code_span(error)}: [{cause['title']}](causes/{cause['slug']}.md)" for error, cause in errors]
    return "\n".join(["# Index of errors", "", "Each error text that these pages know, and its cause.", "", *rows, ""])


def made(root: Path) -> dict[Path, str]:
    """Return what is made of a clone: the data, in the package and on the site, their schema, and the index."""
    from unstuck import addresses
    from unstuck.matrix import files as proofs

    data, errors = build(root), root / "docs" / "errors.md"
    content = dumps(data)
    return {
        root / "unstuck" / "causes.json": content,
        root / "docs" / "causes.json": content,
        root / "docs" / "causes.schema.json": schema(),
        errors: errors_page(data),
        **addresses.made(root, [errors]),
        **proofs.page(root),
    }


def stale(root: Path) -> Iterator[Problem]:
    """Yield each file that is not what is made from the catalogue now."""
    yield from text.differences(made(root))


def write(root: Path) -> list[Path]:
    """Write what is made from the catalogue of a clone, and return what that changed."""
    return text.write(made(root))
