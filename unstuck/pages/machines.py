"""What the built site has for machines: each page as Markdown beside it, the files of llmstxt.org, full addresses.

It is written into the site after either engine has built it, so that it needs a plugin of neither.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown import Markdown  # type: ignore[import-untyped]
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files, get_files
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from unstuck import data, text
from unstuck.catalogue import read
from unstuck.problem import Problem

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n+", re.DOTALL)
_FOR_BROWSERS = re.compile(r"^(?:<div .*</div>|:::.*)\n+", re.MULTILINE)  # The box; what the engine reads off a module.
_LINK = re.compile(r"(?<=\]\()(?P<path>[^()\s:#]+\.md)(?=[#)])")


@dataclass(frozen=True)
class Written:
    """A page as Markdown: its place in the navigation, its own path and text, and the text for another place."""

    section: str
    path: str
    at: Callable[[str], str]

    @property
    def title(self) -> str:
        """Return its first heading."""
        return self._lines()[0].removeprefix("# ")

    @property
    def summary(self) -> str:
        """Return its first sentence."""
        return self._lines()[1]

    def _lines(self) -> list[str]:
        return [line for line in self.at("").splitlines() if line]


def write(at: Path, site: Path) -> list[Path]:
    """Write the files of a clone into its built site, and return those that changed."""
    made = {site / path: content for path, content in files(at).items()}
    for path in made:
        if not path.parent.is_dir():
            raise Problem(path.parent, None, "the site has no such page", "Build it first: make site")
    return text.write(made)


def files(at: Path) -> dict[str, str]:
    """Return the text of each file by its path below the site's root; addresses are whole when `SITE_URL` is set."""
    config = load_config(str(at / "mkdocs.yml"))
    pages = list(_pages(config, at))
    site = config.site_url or ""
    known: data.Data = json.loads(read(at / "docs" / "causes.json"))
    causes = [cause | {"url": site + cause["page"]} for cause in known["causes"]]
    catalogue = data.dumps(known | {"site": site, "causes": causes})
    return {
        "causes.json": catalogue,
        "assets/causes.js": f"const unstuckCauses = {catalogue}",  # A page that is opened as a file may load no JSON.
        "llms.txt": _index(config, pages),
        "llms-full.txt": "\n\n".join(page.at("llms-full.txt") for page in pages),
        **{page.path: page.at(page.path) for page in pages},
    }


def _index(config: MkDocsConfig, pages: list[Written]) -> str:
    site = config.site_url or ""
    lines = [f"# {config.site_name}", "", f"> {config.site_description}"]
    section = ""
    for page in pages:
        if page.section != section:
            section = page.section
            lines += ["", f"## {section}", ""]
        lines.append(f"- [{page.title}]({site}{page.path}): {page.summary}")
    data_files = {
        "causes.json": "The catalogue: each cause with its errors, signatures, fix and address.",
        "causes.schema.json": "Its JSON Schema.",
        "llms-full.txt": "All pages in one file.",
    }
    lines += ["", "## Data", "", *(f"- [{name}]({site}{name}): {says}" for name, says in data_files.items()), ""]
    return "\n".join(lines)


def _pages(config: MkDocsConfig, at: Path) -> Iterator[Written]:
    """Yield the pages in the order of the navigation."""
    found = get_files(config)
    snippets = config.mdx_configs["pymdownx.snippets"] | {"base_path": [str(at)]}
    markdown = Markdown(extensions=["pymdownx.snippets"], extension_configs={"pymdownx.snippets": snippets})
    for item in get_navigation(found, config).items:
        for page in _below(item):
            source = _FOR_BROWSERS.sub("", _FRONT_MATTER.sub("", page.file.content_string))
            whole = "\n".join(markdown.preprocessors["snippet"].run(source.splitlines())).rstrip() + "\n"
            yield Written(str(item.title), _path(page), _linked(whole, page, found, config.site_url))


def _below(item: object) -> Iterator[Page]:
    if isinstance(item, Page):
        yield item
    for child in getattr(item, "children", None) or ():
        yield from _below(child)


def _path(page: Page) -> str:
    return f"{page.file.dest_uri}.md"


def _linked(whole: str, page: Page, found: Files, site: str | None) -> Callable[[str], str]:
    """Return what gives the text with its links as they lead from a path of the site."""

    def at(path: str) -> str:
        def lead(link: re.Match[str]) -> str:
            target = found.get_file_from_path(posixpath.normpath(posixpath.join(page.file.src_uri, "..", link["path"])))
            if target is None:
                return link["path"]
            address = f"{target.dest_uri}.md"
            return f"{site}{address}" if site else get_relative_url(address, path)

        return _LINK.sub(lead, whole)

    return at
