"""The addresses of the site: each one that a page ever had still leads somewhere.

`docs/addresses.txt` remembers them, and so does its history. A new page adds a line, and nothing takes one away.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from unstuck.catalogue import Cause, causes, read
from unstuck.problem import Problem

LIST = "docs/addresses.txt"


def former(at: Path) -> dict[str, Cause]:
    """Return the slugs that causes of a clone had before, or raise the `Problem` that one is not free."""
    known = causes(at)
    taken = {cause.slug: cause for cause in known}
    found: dict[str, Cause] = {}
    for cause in known:
        for slug in cause.facts.formerly:
            if other := taken.get(slug) or found.get(slug):
                what = (
                    f"`formerly`: {slug} is {'a cause' if slug in taken else f'a former name of {other.slug}'} already"
                )
                raise Problem(cause.toml, None, what, "A slug leads to one page; take it out.")
            found[slug] = cause
    return found


def made(at: Path, others: Iterable[Path]) -> dict[Path, str]:
    """Return what is made of the addresses of a clone: a page at each former one, and the list of all.

    `others` are the other pages that are made, which need not be there yet.
    """
    pages = {at / "docs" / "causes" / f"{slug}.md": _moved(cause) for slug, cause in former(at).items()}
    addresses = {*_served(at), *(of(at / "docs", page) for page in (*pages, *others)), *_listed(at)}
    return {**pages, at / LIST: "".join(f"{address}\n" for address in sorted(addresses))}


def lead_somewhere(at: Path) -> Iterator[Problem]:
    """Yield each address that a page once had and none has now."""
    served = _served(at)
    lines = {address: line for line, address in enumerate(_listed(at), 1)}
    for address in dict.fromkeys([*lines, *_committed(at)]):
        if address not in served:
            remedy = (
                "Bring the page back, and say in [retired] of its cause.toml since when it is fixed;"
                " or name its slug in `formerly` of the cause that has taken its place, and run `make evidence`."
            )
            yield Problem(at / LIST, lines.get(address), f"{address} was published, and no page is there now", remedy)


def _moved(cause: Cause) -> str:
    return (
        f"---\ntemplate: moved.html\nmoved_to: ../{cause.slug}/\n---\n\n"
        f"# {cause.title}\n\nThis page has moved to [{cause.title}]({cause.slug}.md).\n"
    )


def _listed(at: Path) -> list[str]:
    return read(at / LIST).splitlines() if (at / LIST).exists() else []


def _committed(at: Path) -> list[str]:
    """Return the addresses that the list has had, as far back as the clone's history goes; none outside of a clone."""
    log = ["git", "log", "--format=", "--patch", "--", LIST]
    try:
        patches = subprocess.run(log, cwd=at, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:  # git is not installed
        return []
    return [line[1:] for line in patches.splitlines() if line.startswith("+") and not line.startswith("+++")]


def _served(at: Path) -> set[str]:
    return {of(at / "docs", page) for page in (at / "docs").rglob("*.md")}


def of(docs: Path, page: Path) -> str:
    """Return the address of a page below the site's root, `/` for the start page."""
    name = page.relative_to(docs).with_suffix("").as_posix()
    return "/" if name == "index" else name.removesuffix("/index") + "/"
