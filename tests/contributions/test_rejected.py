"""Contributions that are wrong, each rejected by a message that says where, what, and what to do.

`good/` is a contribution that passes. Each table of a `.toml` file is one that differs from it and must not:

- `edits` gives, by file, texts and what takes their place; `copies`, `moves`, `files`, `links`, `removes` the rest.
  A file is named as below the root of the clone, or below the folder of the cause; `page` is its page.
- With `needs_fences`, the message needs a kernel that fences a proof off.
- `says` begins the message, with the file and the line (`*` where the line is the clone's own); `remedy` begins the
  line below it.
"""

from __future__ import annotations

import shutil
import tomllib
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from unstuck import checks, data, evidence
from unstuck.catalogue import Cause, causes, read, root
from unstuck.problem import Problem, caught
from unstuck.proofs import Proof
from unstuck.prover import Job, Prover, Run

HERE = Path(__file__).parent
SLUG = "queue-smaller-than-its-batch"
NEIGHBOUR = "model-call-without-timeout"
FAMILY = "Event loop, threads and processes"
FOLDER, PAGE = f"snippets/causes/{SLUG}", f"docs/causes/{SLUG}.md"
TOPS = ("docs/", "snippets/", "unstuck/", "mkdocs.yml")

BAD = [
    pytest.param(table, id=f"{path.stem}: {name}")
    for path in sorted(HERE.glob("*.toml"))
    for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items()
]


class Remembering(Prover):
    """A prover that runs nothing twice: most contributions change one file."""

    def __init__(self, prover: Prover) -> None:
        self._prover = prover
        self._known: dict[tuple[object, ...], Run] = {}

    def start(self, job: Job) -> Future[Run]:
        return self._prover._pool.submit(self.run, job)

    def run(self, job: Job) -> Run:
        key = job, job.source or read(job.program), job.scenario_source or read(job.proof)
        if key not in self._known:
            self._known[key] = self._prover.run(job)
        return self._known[key]

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def remembering(prover: Prover) -> Prover:
    return Remembering(prover)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, remembering: Prover) -> Path:
    """A clone with the good contribution, one cause beside it, and all that is made from the two."""
    clone = tmp_path_factory.mktemp("contributions") / "clone"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(HERE / "good", clone, ignore=ignored)
    shutil.copytree(root() / "snippets/causes" / NEIGHBOUR, clone / "snippets/causes" / NEIGHBOUR, ignore=ignored)
    for name in ("mkdocs.yml", "requirements.lock", "docs/causes/index.md", f"docs/causes/{NEIGHBOUR}.md"):
        shutil.copy(root() / name, clone / name)
    (clone / "docs/index.md").write_text("# Start\n", encoding="utf-8")
    with (clone / "snippets/causes" / NEIGHBOUR / "cause.toml").open("a", encoding="utf-8") as toml:
        toml.write(f'{SLUG} = "The stack ends in a queue."\n')
    (clone / "unstuck").mkdir()
    _list(clone)
    cause = Cause(clone / FOLDER)
    evidence.write(cause.evidence, evidence.files(Proof(cause, remembering)))
    data.write(clone)
    shutil.copytree(clone, clone.with_name("good"))
    return clone


@pytest.fixture
def clone(good: Path) -> Path:
    """That clone as it was, always at the same path, so that no run is new for its path alone."""
    shutil.rmtree(good)
    shutil.copytree(good.with_name("good"), good)
    return good


def _list(clone: Path) -> None:
    """Give the two causes their lines in the navigation and in the index, and take those of the others away."""
    config, index = clone / "mkdocs.yml", clone / "docs/causes/index.md"
    family = f"      - {FAMILY}:\n"
    config.write_text(read(config).replace(family, f"{family}          - causes/{SLUG}.md\n"), encoding="utf-8")
    rows = [line for line in read(index).splitlines() if NEIGHBOUR in line or not line.endswith(".md) |")]
    table = rows.index("|---|---|", rows.index(f"## {FAMILY}"))
    title = Cause(clone / FOLDER).title
    rows.insert(table + 1, f"| Two items are quick, and three never end. | [{title}]({SLUG}.md) |")
    index.write_text("\n".join(rows) + "\n", encoding="utf-8")


def found(clone: Path, prover: Prover) -> list[Problem]:
    """Return what `unstuck check` says of the contribution and of the clone."""
    problems = []
    for cause in causes(clone):
        if cause.slug != NEIGHBOUR:
            proof = Proof(cause, prover)
            problems += next(filter(None, ([*caught(partial(step, proof))] for step in checks.STEPS.values())), [])
    for check in checks.OF_THE_CLONE.values():
        problems += caught(partial(check, clone))
    # The other page links to pages that this clone does without.
    return [problem for problem in problems if problem.path != Cause(clone / "snippets/causes" / NEIGHBOUR).page]


def test_a_good_contribution_is_accepted(clone: Path, remembering: Prover) -> None:
    """What the others differ from passes every step."""
    assert "\n".join(map(str, found(clone, remembering))) == ""


@pytest.mark.parametrize("table", BAD)
def test_a_bad_contribution_is_rejected(
    table: dict[str, Any], clone: Path, remembering: Prover, request: pytest.FixtureRequest
) -> None:
    """The message names the file, the line and the remedy, and there is no traceback."""
    if table.get("needs_fences"):
        request.getfixturevalue("kernel_fences")
    _apply(table, clone)
    problems = found(clone, remembering)
    assert [problem for problem in problems if _says(problem, table, clone)], "\n".join(map(str, problems))


def _says(problem: Problem, table: dict[str, Any], clone: Path) -> bool:
    file, _, rest = table["says"].partition(":")
    line = "*" if rest.startswith("*") and problem.line else problem.line
    said = f"{line}: {problem.what}" if line else f" {problem.what}"
    return problem.path == _at(clone, file) and said.startswith(rest) and problem.remedy.startswith(table["remedy"])


def _apply(table: dict[str, Any], clone: Path) -> None:
    for old, new in table.get("copies", {}).items():
        shutil.copytree(_at(clone, old), _at(clone, new))
    for file, edits in table.get("edits", {}).items():
        for old, new in edits.items():
            text = read(_at(clone, file))
            assert old in text, "nothing is changed by this"
            _at(clone, file).write_bytes(text.replace(old, new, 1).encode())
    for file, text in table.get("files", {}).items():
        _at(clone, file).parent.mkdir(exist_ok=True)
        _at(clone, file).write_bytes(text.encode(table.get("encoding", "utf-8")))
    for old, new in table.get("moves", {}).items():
        _at(clone, old).rename(_at(clone, new))
    for file, target in table.get("links", {}).items():
        _at(clone, file).unlink(missing_ok=True)
        _at(clone, file).symlink_to(target)
    for file in table.get("removes", []):
        path = _at(clone, file)
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _at(clone: Path, file: str) -> Path:
    if file == "page":
        return clone / PAGE
    return clone / file if file.startswith(TOPS) else clone / FOLDER / file
