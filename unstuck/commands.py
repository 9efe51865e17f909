"""What contributors run in a clone: begin a cause, check it, and complete the built site."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unstuck.catalogue import KINDS, Cause, cause, causes, root
from unstuck.problem import Problem

if TYPE_CHECKING:
    from unstuck.proofs import Proof

LOOK = 0.2  # seconds between two looks for a save

Slugs = Annotated[list[str] | None, typer.Argument(help="Slugs of causes; all of them when none is given.")]
Watch = Annotated[bool, typer.Option("--watch", help="Check again on every save, until Ctrl-C.")]


def check(slugs: Slugs = None, *, watch: Watch = False) -> None:
    """Prove causes, write what is made from their runs, and list what is missing, in the order to do it.

    Without a slug it also runs the debug steps, and looks at every page.
    The exit code is 0 when nothing is missing, 1 when something is.
    """
    chosen = [cause(slug, clone()) for slug in slugs] if slugs else causes(clone())
    require_linux()
    from unstuck.proofs import Proof
    from unstuck.prover import Prover

    with Prover() as running:
        saved = _saved(chosen)
        proofs = [Proof(entry, running) for entry in chosen]
        missing = _check(proofs, everything=not slugs)
        with suppress(KeyboardInterrupt):
            while watch:
                before, saved = saved, _next_save(chosen, saved)
                _require_same_tool(before, saved)
                proofs = [proof.again() for proof in proofs]
                missing = _check(proofs, everything=not slugs)
    raise typer.Exit(1 if missing else 0)


def machines(site: Annotated[Path, typer.Argument(help="The folder of the built site.")]) -> None:
    """Write into a built site what it has for machines: each page as Markdown, llms.txt, full addresses."""
    from unstuck.pages import machines as for_machines

    typer.echo(f"wrote {len(for_machines.write(clone(), site))} files into {site}")


def new(
    slug: Annotated[str, typer.Argument(help="The name of the folder and of the page: words joined by hyphens.")],
    kind: Annotated[str, typer.Option(help=f"What an operator sees: {', '.join(KINDS)}.")],
    family: Annotated[str | None, typer.Option(help="A section of the navigation; else the usual one.")] = None,
    title: Annotated[str | None, typer.Option(help="The heading of the page; else the words of the slug.")] = None,
) -> None:
    """Begin a cause: write its folder and its page, and list it; `check` then says what is still to be written."""
    from unstuck import scaffold

    for path in scaffold.new(clone(), slug, kind, family, title):
        typer.echo(f"wrote {path.relative_to(clone())}")
    typer.echo(f"What is still to be written: unstuck check {slug}")


def clone() -> Path:
    """Return the root of the clone that the command runs in, or raise the `Problem` that there is none."""
    if not (root() / "snippets" / "causes").is_dir():
        what = "this is the installed package, and the causes are in a clone of its repository"
        raise Problem(root(), None, what, "Clone it, run `make environment`, and use `.venv/bin/unstuck` there.")
    return root()


def require_linux() -> None:
    """Raise a `Problem` where the kernel does not show what the threads of a process wait for."""
    remedy = "Run it in the container; README.md has the command."
    if sys.platform != "linux":
        raise Problem(Path("unstuck"), None, f"that needs Linux, and this is {sys.platform}", remedy)
    from unstuck.prover import kernel

    if not kernel.supported():
        raise Problem(Path("unstuck"), None, "the kernel does not show what threads wait for", remedy)


def _check(proofs: list[Proof], *, everything: bool) -> bool:
    """Check causes, print what was seen and what is missing, and tell whether anything is."""
    from unstuck import checks

    found: dict[str, Problem] = {}
    for proof in proofs:
        begun = time.perf_counter()
        problems = checks.check(proof, _nothing if everything else typer.echo)
        found |= {str(problem): problem for problem in problems}
        state = f"{len(problems)} missing" if problems else "proved, nothing is missing"
        typer.echo(f"{proof.cause.slug}: {state} ({time.perf_counter() - begun:.1f} s)")
    if everything:
        found |= {str(problem): problem for problem in checks.rest(clone(), typer.echo)}
    if found:
        typer.echo("\n".join(["", "Missing, in the order to do it:", *_listed(found.values())]))
    return bool(found)


def _listed(problems: Iterable[Problem]) -> Iterator[str]:
    """Yield the lines that list problems; neighbours with the same remedy share it."""
    for remedy, group in groupby(problems, key=lambda problem: problem.remedy):
        for problem in group:
            yield f"- {problem.place}: {problem.what}"
        yield f"    {remedy}"


def _nothing(_: str) -> None:
    """Say nothing: of all causes, the last line of each is enough."""


def _next_save(chosen: list[Cause], before: dict[Path, int]) -> dict[Path, int]:
    """Wait until a file differs from before, and return when each was saved."""
    typer.echo("\nWatching; Ctrl-C ends it.")
    while (now := _saved(chosen)) == before:
        time.sleep(LOOK)
    return now


def _require_same_tool(before: dict[Path, int], now: dict[Path, int]) -> None:
    """Raise a `Problem` when a file of the tool was saved, which this process still has as it was."""
    changed = sorted(path for path, _ in before.items() ^ now.items() if path.is_relative_to(clone() / "unstuck"))
    if changed:
        what = "the tool itself was changed, and what is watching still has it as it was"
        raise Problem(changed[0], None, what, "Start `unstuck check` again.")


def _saved(chosen: list[Cause]) -> dict[Path, int]:
    """Return when each file was last saved that a contributor writes for these causes, and those of the tool."""
    at = clone()
    paths = [at / "mkdocs.yml", at / "docs" / "causes" / "index.md", *(entry.page for entry in chosen)]
    paths += [path for entry in chosen for path in entry.folder.glob("*")]
    times = {}
    for path in (*paths, *(at / "unstuck").rglob("*.py")):
        with suppress(FileNotFoundError):  # What editors write meanwhile comes and goes.
            if not path.is_dir():
                times[path] = path.stat().st_mtime_ns
    return times
