"""What the page checks need to know of a Markdown source: headings, fences, includes and prose, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from unstuck.catalogue import read
from unstuck.problem import Problem

_FOLD = re.compile(r"(?:\?\?\?\+?|!!!|===\+?) ")
_DIRECTIVE = re.compile(r"::: ")
_INCLUDE = re.compile(r'\s*--8<-- "(?P<path>[^":]+)(?::(?P<section>[\w:,-]+))?"\s*')
_OPTION = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Heading:
    """A heading; `code` is its text where it is one code span and nothing else."""

    line: int
    level: int
    text: str
    code: str | None


@dataclass(frozen=True, eq=False)
class Fence:
    """A fenced block with its language, its options and what it holds."""

    line: int
    language: str
    options: dict[str, str]
    body: tuple[str, ...]


@dataclass(frozen=True)
class Include:
    """A snippet include, its path from the root of the clone and the fence that it stands in."""

    line: int
    path: str
    section: str | None
    fence: Fence | None


@dataclass(frozen=True)
class Prose:
    """A line of prose; `paragraph` tells it from a line of a list or of a table, `cell` that it is in a table."""

    line: int
    text: str
    paragraph: bool
    cell: bool


class Page:
    """A Markdown source below `docs`, read and parsed once."""

    def __init__(self, path: Path, at: Path) -> None:
        self.path, self.at = path, at
        self.lines = read(path).splitlines()
        self.headings: list[Heading] = []
        self.fences: list[Fence] = []
        self.includes: list[Include] = []
        self.prose: list[Prose] = []
        self.html: list[tuple[int, str]] = []
        self.links: list[tuple[int, str]] = []
        tokens = MarkdownIt("commonmark").enable("table").parse("\n".join(_flat(self.lines)))
        for n, token in enumerate(tokens):
            if token.type == "inline":
                self._read_text(tokens[n - 1], token)
            elif token.type == "fence":
                self._read_fence(token)
            elif token.type == "html_block":
                self.html.append((_line(token), token.content.strip()))

    def problem(self, line: int | None, what: str, remedy: str) -> Problem:
        """Return what is wrong with a line of the page, or with the whole of it, which is said of its first."""
        return Problem(self.path, line or 1, what, remedy)

    def section(self, title: str) -> range:
        """Return the lines of a second-level section with its heading, an empty range where there is none."""
        starts = [heading for heading in self.headings if heading.level == 2]
        ends = [*(heading.line for heading in starts), len(self.lines) + 1][1:]
        found = [range(at.line, end) for at, end in zip(starts, ends, strict=True) if at.text == title]
        return found[0] if found else range(0)

    def beginning(self) -> range:
        """Return the lines above the first second-level heading."""
        return range(1, next((heading.line for heading in self.headings if heading.level == 2), len(self.lines) + 1))

    def shown(self, lines: range | None = None) -> list[str]:
        """Return the paths that the page, or a part of it, includes."""
        return [include.path for include in self.includes if lines is None or include.line in lines]

    def _read_fence(self, token: Token) -> None:
        at = _line(token)
        language, _, options = token.info.strip().partition(" ")
        fence = Fence(at, language, dict(_OPTION.findall(options)), tuple(token.content.splitlines()))
        self.fences.append(fence)
        for n, text in enumerate(fence.body, at + 1):
            self._read_include(n, text, fence)

    def _read_text(self, before: Token, token: Token) -> None:
        at, children = _line(token), token.children or []
        for tag in (child.content for child in children if child.type == "html_inline"):
            self.html.append((at + token.content[: token.content.index(tag)].count("\n"), tag))
        for child in children:
            address = str(child.attrGet("href") or child.attrGet("src") or "")
            if address:
                line = at + token.content.partition(address)[0].count("\n") if address in token.content else at
                self.links.append((line, address))
        if before.type == "heading_open":
            code = children[0].content if [child.type for child in children] == ["code_inline"] else None
            self.headings.append(Heading(at, int(before.tag[1]), token.content, code))
            return
        paragraph = before.type == "paragraph_open" and before.level == 0
        for n, text in enumerate(token.content.splitlines(), at):
            if not self._read_include(n, text, None):
                self.prose.append(Prose(n, text, paragraph, before.type in {"td_open", "th_open"}))

    def _read_include(self, line: int, text: str, fence: Fence | None) -> bool:
        found = _INCLUDE.fullmatch(text)
        if found:
            self.includes.append(Include(line, found["path"], found["section"], fence))
        return bool(found)


def _line(token: Token) -> int:
    assert token.map is not None, "every block has its lines"
    return token.map[0] + 1


def _flat(lines: list[str]) -> Iterator[str]:
    """Move the content of folds to the left and blank what is not CommonMark; every line keeps its number."""
    front_matter = lines.index("---", 1) if lines[:1] == ["---"] and "---" in lines[1:] else -1
    folds: list[int] = []
    directive: int | None = None
    for n, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if line.strip():
            folds = [fold for fold in folds if fold < indent]
            directive = None if directive is None or indent <= directive else directive
        text = line[4 * len(folds) :]
        if _FOLD.match(text):
            folds.append(indent)
        elif _DIRECTIVE.match(text):
            directive = indent
        elif n > front_matter and directive is None:
            yield text
            continue
        yield ""
