"""What the pages promise together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mkdocs.exceptions import ConfigurationError
from mkdocs.utils.yaml import yaml_load

from unstuck import addresses
from unstuck.catalogue import Cause, causes, read
from unstuck.pages.source import Page
from unstuck.problem import Problem


def families(at: Path) -> dict[str, list[str]]:
    """Return the families in the order of the navigation, each with the slugs of its causes."""
    listed: dict[str, list[str]] = {}
    for entry in _nav(at / "mkdocs.yml"):
        for family, pages in entry.items() if isinstance(entry, dict) else ():
            listed.setdefault(family, []).extend(Path(page).stem for page in pages)
    return listed


def pairs_every_cause_with_a_page(at: Path) -> Iterator[Problem]:
    """Yield each cause without a page, and each page below `docs/causes` without a cause."""
    proved = {cause.page for cause in causes(at)}
    moved = addresses.former(at)
    written = {page for page in (at / "docs" / "causes").glob("*.md") if page.stem not in {"index", *moved}}
    for page in sorted(proved - written):
        yield Problem(page, None, f"the cause {page.stem} has no page", "Write it; CONTRIBUTING.md has the form.")
    for page in sorted(written - proved):
        remedy = "Add the cause, or name the page like its folder."
        yield Problem(page, None, f"the page has no cause: there is no snippets/causes/{page.stem}", remedy)


def lists_every_cause_in_its_family(at: Path) -> Iterator[Problem]:
    """Yield each cause that the navigation does not list once, in the section of its family."""
    navigation = families(at)
    for cause in causes(at):
        listed = [family for family, slugs in navigation.items() for slug in slugs if slug == cause.slug]
        if listed != [cause.facts.family]:
            where = f"stands under {' and '.join(listed)}" if listed else "is not listed"
            what = f"causes/{cause.slug}.md {where}; cause.toml says {cause.facts.family}"
            yield Problem(
                at / "mkdocs.yml",
                _line(at / "mkdocs.yml", cause.facts.family),
                what,
                "List it once below `Causes`, in the section of its family.",
            )


def introduces_every_family_in_order(at: Path) -> Iterator[Problem]:
    """Yield where the index of the causes and the navigation differ: in a family, in a cause, or in their order."""
    navigation = families(at)
    index = Page(at / "docs" / "causes" / "index.md", at)
    sections = [heading.text for heading in index.headings if heading.level == 2]
    if sections != [*navigation]:
        remedy = f"Give each family of mkdocs.yml its section, in this order: {' · '.join(navigation)}."
        yield index.problem(None, f"the sections are {' · '.join(sections)}", remedy)
    for family, slugs in navigation.items():
        lines = index.section(family)
        expected = [f"[{title}]({slug}.md) |" for slug in slugs if (title := _title(at, slug))]
        rows = [line for line in index.lines[lines.start : lines.stop - 1] if line.startswith("| ")][1:]
        if [row.rpartition("| [")[2] for row in rows] != [cell.removeprefix("[") for cell in expected]:
            remedy = "\n  ".join(
                ["Write a table with these rows:", *(f"| what you can see | {cell}" for cell in expected)]
            )
            yield index.problem(
                lines.start or None, f"`## {family}` does not list the causes of the navigation", remedy
            )


def links_neighbours_both_ways(at: Path) -> Iterator[Problem]:
    """Yield each neighbour that does not name the cause that names it."""
    known = {cause.slug: cause for cause in causes(at)}
    for cause in known.values():
        for slug in cause.facts.neighbours:
            if slug in known and cause.slug not in known[slug].facts.neighbours:
                what = f"{cause.slug} names it as a neighbour, and it does not name {cause.slug}"
                yield Problem(
                    known[slug].toml,
                    known[slug].line("neighbours"),
                    what,
                    "Say below `[neighbours]` what tells the two apart.",
                )


SITE_CHECKS: tuple[Callable[[Path], Iterator[Problem]], ...] = (
    pairs_every_cause_with_a_page,
    lists_every_cause_in_its_family,
    introduces_every_family_in_order,
    links_neighbours_both_ways,
    addresses.lead_somewhere,
)


def _title(at: Path, slug: str) -> str | None:
    page = at / "docs" / "causes" / f"{slug}.md"
    return Cause(at / "snippets" / "causes" / slug).title if page.is_file() else None


def _line(config: Path, family: str) -> int | None:
    """Return the line of a family in the navigation, or of what holds all of them."""
    lines = [line.strip() for line in read(config).splitlines()]
    return next((lines.index(entry) + 1 for entry in (f"- {family}:", "- Causes:", "nav:") if entry in lines), None)


def _nav(config: Path) -> list[Any]:
    """Return what the navigation holds below `Causes`."""
    try:
        nav = yaml_load(read(config)).get("nav", [])
    except ConfigurationError as error:
        line = re.search(r"line (\d+)", str(error))
        raise Problem(config, int(line[1]) if line else None, str(error), "Correct the YAML.") from None
    return next((entry["Causes"] for entry in nav if isinstance(entry, dict) and "Causes" in entry), [])
