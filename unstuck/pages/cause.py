"""What the page of a cause promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from unstuck.catalogue import Cause, read
from unstuck.pages.source import Page
from unstuck.problem import Problem
from unstuck.text import one_line

SECTIONS: dict[str, tuple[str, ...]] = {
    "What you see": ("evidence/said.md",),
    "Why": (),
    "Broken": ("broken.py",),
    "Where it is stuck": ("evidence/stuck.txt",),
    "Fixed": ("fixed.py",),
    "Find it in your code": ("evidence/find.txt",),
    "Find it in a running process": (),
    "When it is something else": ("evidence/neighbours.md",),
    "Versions": ("evidence/versions.md",),
    "Reports": ("evidence/reports.md", "proof.py"),
}
"""The headings in their order, each with the files of the cause's folder that its section shows."""

PROVED = '??? note "How this page is proved"'
WORDS = range(300, 701)
PASTED = 6
SHOWN = {".diff", ".md", ".txt"}  # The rest of the evidence is for machines; programs.md shows that of its programs.

_ORDER = f"The headings are, in this order: {' · '.join(SECTIONS)}."


def has_its_sections_in_order(cause: Cause, page: Page) -> Iterator[Problem]:
    """Yield the first heading that is missing or in the wrong place, empty sections, and a missing proof."""
    found = [heading for heading in page.headings if heading.level == 2]
    wrong = next(
        (n for n, title in enumerate(SECTIONS) if [h.text for h in found[n : n + 1]] != [title]), len(SECTIONS)
    )
    if found[wrong:]:
        yield page.problem(found[wrong].line, f"`## {found[wrong].text}` does not belong here", _ORDER)
    elif wrong < len(SECTIONS):
        yield page.problem(None, f"`## {list(SECTIONS)[wrong]}` is missing", _ORDER)
    for heading in found:
        lines = page.section(heading.text)
        if not page.shown(lines) and not any(prose.line in lines for prose in page.prose):
            yield page.problem(heading.line, f"`## {heading.text}` is empty", "Write the section.")
    if PROVED not in page.lines:
        yield page.problem(None, "the page does not show its proof", f"End it with `{PROVED}`.")


def begins_with_the_answer(cause: Cause, page: Page) -> Iterator[Problem]:
    """Yield what keeps the first screen from being the cause, the fix and the diff."""
    answer = [prose for prose in page.prose if prose.line in page.beginning()]
    expected = cause.facts.answer_lines
    for n, sentence in enumerate(expected):
        if [prose.text for prose in answer[n : n + 1]] != [sentence]:
            line = answer[n].line if answer[n:] else None
            yield page.problem(line, f"line {n + 1} of the answer is not cause.toml's", f"Write: {sentence}")
    for prose in answer[len(expected) :]:
        yield page.problem(prose.line, "the answer has a line too many", "Move it below `## What you see`.")
    if page.shown(page.beginning()) != [_path(cause, "evidence/fix.diff")]:
        yield page.problem(None, "the answer does not end with the diff", _include(cause, "evidence/fix.diff"))


def shows_its_programs_and_evidence(cause: Cause, page: Page) -> Iterator[Problem]:
    """Yield each program and each piece of evidence that the page leaves out, or shows in the wrong section."""
    for title, files in SECTIONS.items():
        for file in files:
            lines = page.section(title)
            if _path(cause, file) not in page.shown(lines):
                yield page.problem(lines.start or None, f"`## {title}` does not show {file}", _include(cause, file))
    folded = {f"{name}.txt" for name in cause.facts.programs}
    for evidence in sorted(path for path in cause.evidence.glob("*") if path.suffix in SHOWN):
        file = f"evidence/{evidence.name}"
        if evidence.name not in folded and _path(cause, file) not in page.shown():
            yield page.problem(None, f"the page does not show {file}", _include(cause, file))


def pastes_no_program(cause: Cause, page: Page) -> Iterator[Problem]:
    """Yield each fence that holds a program, or a part of one, as text; nothing proves such a copy."""
    proved = {run for path in (cause.broken, cause.fixed) for run in _runs(read(path).splitlines())}
    for fence in page.fences:
        included = [include for include in page.includes if include.fence is fence]
        if proved.intersection(_runs(fence.body)):
            yield page.problem(fence.line, "the fence repeats lines of broken.py or fixed.py", "Include the file.")
        elif included and (len(fence.body) > 1 or included[0].section):
            yield page.problem(fence.line, "the fence is not one whole file", "Include one file, alone and whole.")
        elif fence.language in {"python", "py"} and len(fence.body) > PASTED:
            what = f"{len(fence.body)} lines of Python are pasted here, {PASTED} may be"
            yield page.problem(fence.line, what, "Make a program of them in the cause's folder, and include it.")


def heads_its_errors(cause: Cause, page: Page) -> Iterator[Problem]:
    """Yield where the error headings of the page differ from the errors of `cause.toml`."""
    expected = [one_line(error.text) for error in cause.facts.errors]
    found = [heading for heading in page.headings if heading.level > 2 and heading.code]
    for n, heading in enumerate(found):
        if heading.level != 3 or heading.line not in page.section("What you see"):
            yield page.problem(heading.line, "an error's heading stands elsewhere", "Move it below `## What you see`.")
        elif heading.code not in expected[n : n + 1]:
            remedy = (
                f"Write: ### `{expected[n]}`" if expected[n:] else "Add the error to cause.toml, or drop the heading."
            )
            yield page.problem(heading.line, f"`{heading.code}` is not error {n + 1} of cause.toml", remedy)
    for text in expected[len(found) :]:
        yield page.problem(None, "an error of cause.toml has no heading", f"Write: ### `{text}`")


def has_a_readable_length(cause: Cause, page: Page) -> Iterator[Problem]:
    """Yield a page whose prose, without code and includes, is too short or too long."""
    words = sum(len(prose.text.split()) for prose in page.prose)
    if words not in WORDS:
        remedy = f"Write {WORDS.start} to {WORDS.stop - 1}; code and includes do not count."
        yield page.problem(None, f"{words} words of prose", remedy)


CAUSE_CHECKS: tuple[Callable[[Cause, Page], Iterator[Problem]], ...] = (
    has_its_sections_in_order,
    begins_with_the_answer,
    shows_its_programs_and_evidence,
    pastes_no_program,
    heads_its_errors,
    has_a_readable_length,
)


def _path(cause: Cause, file: str) -> str:
    return f"snippets/causes/{cause.slug}/{file}"


def _include(cause: Cause, file: str) -> str:
    return f'Include it: --8<-- "{_path(cause, file)}"'


def _runs(lines: Sequence[str]) -> set[tuple[str, ...]]:
    """Return every three lines in a row, without indentation and empty lines."""
    kept = [line.strip() for line in lines if line.strip()]
    return {tuple(kept[n : n + 3]) for n in range(len(kept) - 2)}
