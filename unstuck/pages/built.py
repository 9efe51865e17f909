"""What the built site promises: every link leads somewhere, and nothing is loaded from another host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from unstuck.problem import Problem

_BASE = "http://site.invalid"
_LOADED = {"audio", "embed", "iframe", "img", "input", "script", "source", "track", "video"}
_LOADED_LINKS = {"icon", "manifest", "modulepreload", "preconnect", "prefetch", "preload", "stylesheet"}
_IN_CSS = re.compile(r"""url\(\s*["']?([^"')\s]+)|@import\s+["']([^"']+)""")


@dataclass(frozen=True)
class Reference:
    """An address that a page names: a link to follow, or something that the browser loads on its own."""

    line: int
    address: str
    loaded: bool


@dataclass
class Html(HTMLParser):
    """What a built page refers to, offers as a target, and has as headings."""

    path: Path
    references: list[Reference] = field(default_factory=list)
    targets: set[str] = field(default_factory=set)
    headings: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._heading: str | None = None
        self._skipped = False
        self.feed(self.path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if "id" in named:
            self.targets.add(named["id"])
        loaded = tag in _LOADED or (tag == "link" and bool(_LOADED_LINKS.intersection(named.get("rel", "").split())))
        addresses = [named[name] for name in ("href", "src", "data", "poster") if name in named]
        addresses += [part.split()[0] for part in named.get("srcset", "").split(",") if part.split()]
        for address in addresses:
            self.references.append(Reference(self.getpos()[0], address, loaded))
        for address in _addresses(named.get("style", "")):
            self.references.append(Reference(self.getpos()[0], address, loaded=True))
        if tag in {"h1", "h2", "h3"}:
            self._heading = ""
        self._skipped = tag == "a" and "headerlink" in named.get("class", "").split()

    def handle_data(self, data: str) -> None:
        if self._heading is not None and not self._skipped:
            self._heading += data
        for address in _addresses(data) if self.cdata_elem == "style" else ():
            self.references.append(Reference(self.getpos()[0], address, loaded=True))

    def handle_endtag(self, tag: str) -> None:
        self._skipped = False
        if self._heading is not None and tag in {"h1", "h2", "h3"}:
            self.headings.append((tag, " ".join(self._heading.split())))
            self._heading = None


class Site:
    """A built site below a prefix such as `/` or `/unstuck/`, each of its pages read once."""

    def __init__(self, folder: Path, prefix: str = "/") -> None:
        self.folder, self.prefix = folder, prefix
        self.pages = {path.relative_to(folder).as_posix(): Html(path) for path in sorted(folder.rglob("*.html"))}

    def dead_links(self) -> Iterator[Problem]:
        """Yield each address within the site that names no file of it, or no place in the file."""
        for name, page in self.pages.items():
            for reference in page.references:
                at = urlsplit(urljoin(f"{_BASE}{self.prefix}{name}", reference.address))
                if f"{at.scheme}://{at.netloc}" == _BASE and not self._leads_somewhere(at.path, unquote(at.fragment)):
                    remedy = "Correct the link; below docs, write it relative to the Markdown file."
                    yield Problem(page.path, reference.line, f"{reference.address} leads nowhere", remedy)

    def foreign_loads(self) -> Iterator[Problem]:
        """Yield each address of another host that a browser would load on its own, style sheets included."""
        for page in self.pages.values():
            for reference in page.references:
                if reference.loaded and urlsplit(reference.address).netloc:
                    yield _foreign(page.path, reference.line, reference.address)
        for path in sorted(self.folder.rglob("*.css")):
            for address in _addresses(path.read_text(encoding="utf-8")):
                if urlsplit(address).netloc:
                    yield _foreign(path, None, address)

    def _leads_somewhere(self, path: str, fragment: str) -> bool:
        if not path.startswith(self.prefix):
            return False
        name = unquote(path.removeprefix(self.prefix))
        if name == "" or name.endswith("/"):
            name += "index.html"
        if not fragment or name not in self.pages:
            return (self.folder / name).is_file()
        return fragment in self.pages[name].targets


def _addresses(css: str) -> Iterator[str]:
    for url, imported in _IN_CSS.findall(css):
        yield url or imported


def _foreign(path: Path, line: int | None, address: str) -> Problem:
    return Problem(
        path, line, f"{address} is loaded from another host", "Bring the file into docs/assets, or do without."
    )
