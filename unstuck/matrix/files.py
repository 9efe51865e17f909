"""What is made of a record, and where it lies in a clone."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from unstuck.catalogue import causes, read
from unstuck.matrix import record as records
from unstuck.matrix import texts
from unstuck.matrix.record import Record

RECORD, PAGE = "docs/proofs.json", "docs/proofs.md"


def made(at: Path, record: Record) -> dict[Path, str]:
    """Return what is committed of a record: the record without its dumps, and the page."""
    return {at / RECORD: records.dumps(record.without_dumps()), **page(at, record)}


def page(at: Path, record: Record | None = None) -> dict[Path, str]:
    """Return the page of a record, of the committed one when none is given; nothing where there is none."""
    if record is None and not (at / RECORD).exists():
        return {}
    return {at / PAGE: texts.page(record or records.parse(at / RECORD), causes(at), libraries(at))}


def reports(at: Path, record: Record) -> Iterator[tuple[Path, str]]:
    """Yield what a workflow posts, below `.cache/matrix`: the pull request's text, and an issue for each change."""
    folder = at / ".cache" / "matrix"
    yield folder / "pull-request.md", texts.pull_request(record)
    for slug in record.changed():
        yield folder / "issues" / f"{slug}.md", f"{texts.issue_title(slug)}\n{texts.issue(record, slug)}"


def requirements(at: Path) -> list[str]:
    """Return what pyproject.toml asks for, for the tool and for the proofs."""
    project = tomllib.loads(read(at / "pyproject.toml"))
    return [*project["project"]["dependencies"], *project["dependency-groups"]["proofs"]]


def libraries(at: Path) -> list[str]:
    """Return the names of the libraries that the proofs ask for, or that a cause names."""
    asked = {requirement.split(">=")[0] for requirement in requirements(at)}
    named = {name for cause in causes(at) for name in cause.facts.versions}
    return sorted(asked | named - {"python"})
