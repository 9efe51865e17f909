"""How a cause's folder is laid out; the only module that knows."""

from __future__ import annotations

import ast
import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from unstuck import tables
from unstuck.problem import Problem
from unstuck.versions import Span

Kind = Literal["waits", "starves", "spins", "crawls", "vanishes", "raises", "lingers"]

KINDS: dict[Kind, str] = {
    "waits": "a thread or a task sits at the line and uses no CPU",
    "starves": "the line finishes, but nothing else on the event loop ran meanwhile",
    "spins": "the line runs again and again",
    "crawls": "it finishes, many times later than it should",
    "vanishes": "it returns at once, without the result",
    "raises": "this error, with this text",
    "lingers": "the answer is there, the process or one of its threads will not go",
}

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

Sentence = Annotated[str, Field(min_length=10, pattern=r"[.?]$")]
Url = Annotated[str, Field(pattern=r"^https://\S+$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ErrorText(_Table):
    """An error string that people see, and the run or the report that shows it.

    `source` is `broken`, `fixed`, the name of a further program, or the address of a report.
    """

    text: Annotated[str, Field(min_length=5)]
    source: str


class Claim(_Table):
    """A further program of the folder, `<name>.py`, and what the prover must see it do.

    With a `kind`, it is stuck in that way at its `# stuck` line (`raises` needs `error` as well).
    Without one, it returns `answer`.
    """

    role: Literal["variant", "wrong turn"]
    shows: Sentence
    kind: Kind | None = None
    answer: Any = None
    error: str | None = None
    seconds: tuple[float, float] | None = None
    scenario: str = "drive"

    @model_validator(mode="after")
    def _raises_has_text(self) -> Claim:
        if (self.kind == "raises") != (self.error is not None):
            raise ValueError('`error` belongs to `kind = "raises"`, and only there')
        return self


class Find(_Table):
    """How the finder sees the cause in source code: ruff's codes, the folder's `rule.yml`, or both."""

    ruff: tuple[Annotated[str, Field(pattern=r"^[A-Z]+\d+$")], ...] = ()
    rule: Literal["rule.yml"] | None = None
    nothing_because: Sentence | None = None

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Find:
        if bool(self.ruff or self.rule) == bool(self.nothing_because):
            raise ValueError("give `ruff` or `rule`, or say in `nothing_because` why source code cannot show it")
        return self


class Report(_Table):
    """A public report of the cause."""

    url: Url
    title: Annotated[str, Field(min_length=5)]


class Retired(_Table):
    """A cause that a library has fixed, or that another one has taken in; its page and its address stay."""

    since: Annotated[str, Field(pattern=r"^\S+ \d\S*$")]
    why: Sentence
    moved_to: str | None = None

    @property
    def note(self) -> str:
        """Return the sentence with which the page begins, and which goes before the fix everywhere else."""
        return f"Fixed since {self.since}: {self.why}"


class Facts(_Table):
    """What `cause.toml` says."""

    family: str
    kind: Kind
    summary: Sentence
    fix: Sentence
    answer: Any
    error: str | None = None
    seconds: tuple[float, float] | None = None
    said: Annotated[tuple[str, ...], Field(min_length=4)]
    errors: tuple[ErrorText, ...] = ()
    find: Find
    versions: dict[str, Span]
    retired: Retired | None = None
    formerly: tuple[Annotated[str, Field(pattern=rf"^{SLUG.pattern}$")], ...] = ()
    programs: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Claim] = {}
    reports: Annotated[tuple[Report, ...], Field(min_length=1)]
    neighbours: dict[str, Sentence]

    @model_validator(mode="after")
    def _raises_has_text(self) -> Facts:
        if (self.kind == "raises") != (self.error is not None):
            raise ValueError('`error` belongs to `kind = "raises"`, and only there')
        return self

    @model_validator(mode="after")
    def _leads_on(self) -> Facts:
        if self.retired and self.retired.moved_to and self.retired.moved_to not in self.neighbours:
            raise ValueError("`moved_to` is one of the neighbours, so that the page links it")
        return self

    @model_validator(mode="after")
    def _errors_come_from_somewhere(self) -> Facts:
        for error in self.errors:
            if error.source not in {"broken", "fixed", *self.programs} and not error.source.startswith("https://"):
                raise ValueError(
                    f"error source {error.source!r} is neither broken, fixed, a further program nor a report's address"
                )
        return self

    @property
    def answer_lines(self) -> list[str]:
        """Return the sentences with which the page begins."""
        return [*([self.retired.note] if self.retired else []), self.summary, self.fix]


class Cause:
    """One cause: its folder below `snippets/causes` and its page."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __repr__(self) -> str:
        return f"Cause({self.slug!r})"

    @property
    def slug(self) -> str:
        return self.folder.name

    @property
    def clone(self) -> Path:
        return self.folder.parents[2]

    @property
    def broken(self) -> Path:
        return self.folder / "broken.py"

    @property
    def fixed(self) -> Path:
        return self.folder / "fixed.py"

    @property
    def proof(self) -> Path:
        return self.folder / "proof.py"

    @property
    def toml(self) -> Path:
        return self.folder / "cause.toml"

    @property
    def evidence(self) -> Path:
        return self.folder / "evidence"

    @property
    def page(self) -> Path:
        return self.clone / "docs" / "causes" / f"{self.slug}.md"

    def program(self, name: str) -> Path:
        """Return the path of a further program of the folder."""
        return self.folder / f"{name}.py"

    @cached_property
    def facts(self) -> Facts:
        """Read `cause.toml`, or raise the `Problem` that it has."""
        return _facts(self.toml, read(self.toml))

    @cached_property
    def title(self) -> str:
        """Return the heading of the page."""
        heading = re.match(r"(?:---\n.*?\n---\n+)?# ([^\n]+)\n", read(self.page), re.DOTALL)
        if heading is None:
            raise Problem(self.page, 1, "the page has no title", "Begin it with `# ` and the title.")
        return heading[1]

    def line(self, *keys: int | str) -> int | None:
        """Return the line of `cause.toml` where a key is written; an index follows the key of its table."""
        return tables.line_of(read(self.toml), keys)

    def marks(self, word: Literal["stuck", "cause"], program: Path | None = None) -> list[int]:
        """Return the lines of a program that end in `# stuck` or `# cause`."""
        return marks(read(program or self.broken), word)

    def mark(self, program: Path | None = None) -> int:
        """Return the one line of a program that ends in `# stuck`, or raise the `Problem`."""
        program = program or self.broken
        lines = self.marks("stuck", program)
        if len(lines) != 1:
            found = f"marked at {', '.join(map(str, lines))}" if lines else "no line is marked"
            raise Problem(
                program, lines[1] if lines else 1, found, "End the one line where it gets stuck in `# stuck`."
            )
        return lines[0]


@lru_cache(maxsize=256)  # a check reads each `cause.toml` several times
def _facts(toml: Path, text: str) -> Facts:
    return tables.parse(Facts, toml, text)


def marks(source: str, word: str) -> list[int]:
    """Return the lines of a source text that end in `# <word>`."""
    return [n for n, line in enumerate(source.splitlines(), 1) if line.rstrip().endswith(f"# {word}")]


def root() -> Path:
    """Return the root of the clone that this module stands in."""
    return Path(__file__).resolve().parents[1]


def causes(at: Path | None = None) -> list[Cause]:
    """Return every cause of a clone, by slug."""
    folder = (at or root()) / "snippets" / "causes"
    return [Cause(entry) for entry in sorted(folder.iterdir()) if entry.is_dir() and SLUG.fullmatch(entry.name)]


def cause(slug: str, at: Path | None = None) -> Cause:
    """Return one cause of a clone, or raise the `Problem` that names the nearest ones."""
    known = {entry.slug: entry for entry in causes(at)}
    if slug not in known:
        import difflib

        near = difflib.get_close_matches(slug, known, cutoff=0.4)
        raise Problem(
            (at or root()) / "snippets" / "causes" / slug,
            None,
            "there is no such cause",
            f"Did you mean {' or '.join(near)}?" if near else "`ls snippets/causes` lists them.",
        )
    return known[slug]


def read(path: Path) -> str:
    """Return the text of a file, or raise the `Problem` that it has."""
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        raise Problem(path, None, "the file is missing", "Add it; CONTRIBUTING.md says what goes in.") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise Problem(path, line, "not UTF-8", "Save the file as UTF-8.") from None
    except OSError as error:
        raise Problem(path, None, str(error.strerror), "Make it a readable file.") from None


def parse(program: Path) -> ast.Module:
    """Return the syntax tree of a program, or raise the `Problem` that it has."""
    try:
        return ast.parse(read(program))
    except SyntaxError as error:
        remedy = "Correct the syntax; nothing of it can run."
        raise Problem(program, error.lineno or 1, f"no Python: {error.msg}", remedy) from None
