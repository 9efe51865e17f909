"""A new cause to begin with: files that get stuck, finish and prove themselves, and say what is still to be written.

`kinds` has a pair of programs, a scenario and the facts about them for each kind; `cause.toml` and `page.md` are the
same for all. What a contributor has to write stands there as a `TODO`, which every check finds.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template

from unstuck.catalogue import KINDS, SLUG, Cause, causes, marks, read
from unstuck.pages import Page
from unstuck.pages.site import families
from unstuck.problem import Problem
from unstuck.text import code_span

HERE = Path(__file__).parent
PROGRAMS = ("broken.py", "fixed.py", "proof.py")


def new(at: Path, slug: str, kind: str, family: str | None = None, title: str | None = None) -> list[Path]:
    """Write the folder and the page of a new cause into a clone, list it, and return the files that were written.

    Without a family it gets the one that has the most causes of its kind, without a title the words of its slug.
    Where something is wrong with what is asked for, a `Problem` says so, and nothing is written.
    """
    cause, listed = Cause(at / "snippets" / "causes" / slug), families(at)
    _require_name(slug)
    _require_free(cause)
    _require(kind, KINDS, "kind")
    family = family or _usual_family(kind, listed, at)
    _require(family, listed, "family")
    title = slug.replace("-", " ").capitalize() if title is None else title
    if not re.fullmatch(r"\S[^|\[\]\n]+", title):
        raise Problem(cause.page, 1, f"{title!r} cannot be a title", "Use one line of words, without `|` and brackets.")
    texts = {
        **_folder(cause, kind, family, neighbour=listed[family][0]),
        cause.page: _page(cause, kind, title),
        at / "mkdocs.yml": _navigation(at, slug, last=listed[family][-1]),
        at / "docs" / "causes" / "index.md": _index(at, slug, family, title),
    }
    _write(cause, texts)
    return [*texts]


def _require_name(slug: str) -> None:
    if not SLUG.fullmatch(slug):
        remedy = "Use words of lower-case letters and digits, joined by hyphens, such as model-call-without-timeout."
        raise Problem(Path(slug), None, "that cannot be the name of a cause", remedy)


def _require_free(cause: Cause) -> None:
    for path in (cause.folder, cause.page):
        if path.exists():
            remedy = f"Choose another name, or work on that one: `unstuck check {cause.slug}`."
            raise Problem(path, None, "it is there already", remedy)


def _require(value: str, known: Collection[str], what: str) -> None:
    if value not in known:
        near = difflib.get_close_matches(value, known, n=1)
        remedy = f"Did you mean {near[0]!r}? " if near else ""
        raise Problem(Path(value), None, f"there is no such {what}", f"{remedy}There are: {' · '.join(known)}.")


def _usual_family(kind: str, listed: Collection[str], at: Path) -> str:
    counted = Counter(cause.facts.family for cause in causes(at) if cause.facts.kind == kind)
    return max(listed, key=lambda family: counted[family])


def _folder(cause: Cause, kind: str, family: str, neighbour: str) -> dict[Path, str]:
    programs = {cause.folder / name: read(HERE / "kinds" / kind / name) for name in PROGRAMS}
    facts = read(HERE / "kinds" / kind / "facts.toml").rstrip()
    known = {"family": family, "kind": kind, "facts": facts, "neighbour": neighbour}
    return {**programs, cause.toml: Template(read(HERE / "cause.toml")).substitute(known)}


def _page(cause: Cause, kind: str, title: str) -> str:
    folder = HERE / "kinds" / kind
    marked = " ".join(map(str, marks(read(folder / "broken.py"), "stuck")))
    errors = tomllib.loads(read(folder / "facts.toml")).get("errors", [])
    shown = "".join(
        f"\n### {code_span(error['text'])}\n\nTODO: what it means, and when it shows.\n" for error in errors
    )
    page = Template(read(HERE / "page.md"))
    return page.substitute(slug=cause.slug, title=title, marked=marked, errors=shown)


def _navigation(at: Path, slug: str, last: str) -> str:
    entry = re.compile(rf"^( *- causes/){last}\.md *\n", re.MULTILINE)
    return entry.sub(rf"\g<0>\g<1>{slug}.md\n", read(at / "mkdocs.yml"), count=1)


def _index(at: Path, slug: str, family: str, title: str) -> str:
    index = Page(at / "docs" / "causes" / "index.md", at)
    last = max(n for n in index.section(family) if index.lines[n - 1].startswith("| "))
    row = f"| TODO: what you can see that tells it from the others. | [{title}]({slug}.md) |"
    return "\n".join([*index.lines[:last], row, *index.lines[last:], ""])


def _write(cause: Cause, texts: dict[Path, str]) -> None:
    """Write all files or none: each beside its place first, then all into their places."""
    drafts = {path.with_name(f".{path.name}.new"): path for path in texts}
    try:
        cause.folder.mkdir()
        with _or_none(cause, drafts):
            for draft, path in drafts.items():
                draft.write_text(texts[path], encoding="utf-8")
    except OSError as error:
        what = f"it cannot be written: {error.strerror}"
        raise Problem(cause.folder, None, what, "Nothing was changed; put that right, and try again.") from None
    for draft, path in drafts.items():
        draft.replace(path)


@contextmanager
def _or_none(cause: Cause, drafts: Iterable[Path]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        for draft in drafts:
            draft.unlink(missing_ok=True)
        cause.folder.rmdir()
        raise
