"""What every page promises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from unstuck.catalogue import marks, read
from unstuck.pages.source import Fence, Page
from unstuck.problem import Problem
from unstuck.text import UNWRITTEN, placeholders

_CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
_LINK_TARGET = re.compile(r"(?<=\])(?:\([^)]*\)|\[[^\]]*\])")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|vs|etc)\.")
_SECOND_SENTENCE = re.compile(r"[.?!][)\"*_\]]* +(?=[(\"*_\[]*[A-Z`])")
_SENTENCE_END = re.compile(r"[.?!:][)\"*_\]]*(?:\s*\{[^}]*\})?$")
# A comment, or the place of the answer box, with what stands there without a script.
_EMPTY = re.compile(r"<!--.*|<div [^>]*data-answer-box>[^<]*</div>", re.DOTALL)
_LANGUAGES = {
    ".py": "python",
    ".diff": "diff",
    ".toml": "toml",
    ".yml": "yaml",
    ".sh": "bash",
    ".json": "json",
    ".md": None,
}
_LINES_OF_A_FILE = re.compile(r"[\d:,-]+")


def waits_for_nothing(page: Page) -> Iterator[Problem]:
    """Yield each placeholder."""
    for n, what in placeholders(page.lines):
        yield page.problem(n, what, UNWRITTEN)
    for n, line in enumerate(page.lines, 1):
        if line.strip() in {"...", "…"}:
            yield page.problem(n, f"`{line.strip()}` is a placeholder", UNWRITTEN)


def has_one_sentence_on_a_line(page: Page) -> Iterator[Problem]:
    """Yield each line that holds a second sentence, and each line of a paragraph that ends within one.

    A row of a table has to be one line, whatever it holds.
    """
    for line in page.prose:
        text = _ABBREVIATION.sub("", _LINK_TARGET.sub("", _CODE.sub("`", line.text)))
        if _SECOND_SENTENCE.search(text) and not line.cell:
            yield page.problem(line.line, "two sentences on one line", "Begin the second on a line of its own.")
        elif line.paragraph and not (_SENTENCE_END.search(text) or text == "`"):
            yield page.problem(line.line, "the line ends within a sentence", "Go on to its `.`, `?`, `!` or `:`.")


def includes_what_exists(page: Page) -> Iterator[Problem]:
    """Yield each include of a file, or of a section of a file, that is not there or empty."""
    for include in page.includes:
        path, section = page.at / include.path, include.section
        if not include.path.startswith("snippets/"):
            yield page.problem(include.line, f"{include.path} is not below snippets/", "Include what is proved there.")
        elif not path.is_file():
            yield page.problem(include.line, f"{include.path} does not exist", "Correct the path, or make the file.")
        elif not read(path).strip():
            yield page.problem(include.line, f"{include.path} is empty", "Fill it, or take the include out.")
        elif section and not _LINES_OF_A_FILE.fullmatch(section) and f"[start:{section}]" not in read(path):
            yield page.problem(include.line, f"{include.path} has no section {section}", "Correct the section's name.")


def includes_it_where_it_renders(page: Page) -> Iterator[Problem]:
    """Yield each include of Markdown inside a fence, and of anything else outside one or in one of another language."""
    for include in page.includes:
        language = _LANGUAGES.get(PurePosixPath(include.path).suffix, "text")
        if language is None and include.fence:
            yield page.problem(include.line, f"{include.path} is Markdown in a fence", "Take it out of the fence.")
        elif language and not include.fence:
            yield page.problem(include.line, f"{include.path} stands outside a fence", f"Put ```{language} around it.")
        elif language and include.fence and include.fence.language != language:
            what = f"{include.path} stands in a fence of {include.fence.language or 'no language'}"
            yield page.problem(include.fence.line, what, f"Write ```{language}")


def links_to_what_exists(page: Page) -> Iterator[Problem]:
    """Yield each link to a page or a file of the site that is not there; the strict builds look at anchors."""
    for line, address in page.links:
        at = urlsplit(address)
        if not at.scheme and not at.netloc and at.path and not (page.path.parent / unquote(at.path)).is_file():
            remedy = "Correct the link; write it relative to this file, with its `.md`."
            yield page.problem(line, f"the link to {address} leads nowhere", remedy)


def holds_no_html(page: Page) -> Iterator[Problem]:
    """Yield each tag of the page, or of Markdown that it includes: it is not checked, and mostly meant as text."""
    for line, tag in page.html:
        if not _EMPTY.fullmatch(tag):
            yield page.problem(line, f"`{tag}` is HTML", "Write Markdown, or put the text in backticks.")
    for include in page.includes:
        path = page.at / include.path
        if path.suffix == ".md" and path.is_file() and not include.fence:
            yield from holds_no_html(Page(path, page.at))


def highlights_the_marked_lines(page: Page) -> Iterator[Problem]:
    """Yield each fence with a program whose `title` is not the file's name, or whose `hl_lines` are not its marks.

    A program without marks that is no cause's may have the lines highlighted that the page speaks of.
    """
    for include in page.includes:
        path = page.at / include.path
        if include.fence and not include.section and path.suffix == ".py" and path.is_file():
            source = read(path)
            marked = sorted({*marks(source, "stuck"), *marks(source, "cause")})
            yield from _wrong_option(page, include.fence, "title", path.name)
            if marked or include.path.startswith("snippets/causes/"):
                yield from _wrong_option(page, include.fence, "hl_lines", " ".join(map(str, marked)))


def _wrong_option(page: Page, fence: Fence, name: str, expected: str) -> Iterator[Problem]:
    found = fence.options.get(name, "")
    if found != expected:
        what = f'the fence has {name}="{found}"' if found else f"the fence has no {name}"
        remedy = f'Write {name}="{expected}".' if expected else f"Take {name} out: no line of the program is marked."
        yield page.problem(fence.line, what, remedy)


PAGE_CHECKS: tuple[Callable[[Page], Iterator[Problem]], ...] = (
    waits_for_nothing,
    has_one_sentence_on_a_line,
    includes_what_exists,
    includes_it_where_it_renders,
    links_to_what_exists,
    holds_no_html,
    highlights_the_marked_lines,
)
