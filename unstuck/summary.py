"""What a pull request does to the causes, as Markdown for the page of its workflow: `python -m unstuck.summary BASE`.

The programs are a stranger's: whatever they print stands in a block of code that nothing in it can end.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from unstuck import checks
from unstuck.catalogue import SLUG, Cause, causes, root
from unstuck.proofs import Proof
from unstuck.prover import Prover
from unstuck.text import fence

MOST = 200  # lines of a block

_TOUCHED = re.compile(rf"(?:snippets/causes/({SLUG.pattern})/.*|docs/causes/({SLUG.pattern})\.md)")


def touched(at: Path, base: str) -> list[str]:
    """Return the slugs of the causes whose folder or page differs from a commit, those that are gone included."""
    paths = _git(at, "diff", "--no-renames", "--name-only", "-z", base).split("\0")
    found = [match[1] or match[3] for path in paths if (match := _TOUCHED.fullmatch(path))]
    return sorted(set(found) - {"index"})


def summary(at: Path, base: str, running: Prover, site: str) -> str:
    """Return what the causes that differ from a commit do; `site` is the address of the built site, or empty."""
    known = {cause.slug: cause for cause in causes(at)}
    slugs = touched(at, base)
    parts = ["# What this does to the causes"]
    parts += [part for slug in slugs for part in _cause(at, base, slug, known.get(slug), running)]
    parts += [] if slugs else ["No cause is touched. What else there is, the proofs judge."]
    parts += [f"[The built site]({site}), as a zip file: unpack it and open `index.html`."] if site else []
    return "\n\n".join(parts) + "\n"


def _cause(at: Path, base: str, slug: str, cause: Cause | None, running: Prover) -> Iterator[str]:
    yield f"## `{slug}`"
    if cause is None:
        yield "It is gone from `snippets/causes`."
        return
    said: list[str] = []
    problems = checks.check(Proof(cause, running), lambda line: said.append(line.rstrip("\n")))
    yield "Proved, nothing is missing." if not problems else f"{len(problems)} missing:"
    if problems:
        yield _block("\n\n".join(map(str, problems)))
    yield "What was seen:"
    yield _block("\n\n".join(said) or "Nothing.")
    difference = _git(at, "diff", base, "--", f"snippets/causes/{slug}/evidence")
    yield "What changes in its evidence:" if difference else "Its evidence stays as it is."
    if difference:
        yield _block(difference)


def _block(text: str) -> str:
    lines = text.splitlines()
    more = [f"… and {len(lines) - MOST} more lines"] if len(lines) > MOST else []
    return fence("\n".join([*lines[:MOST], *more]))


def _git(at: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=at, check=True, capture_output=True)
    return done.stdout.decode(errors="replace")


def main(arguments: list[str]) -> None:
    """Print the summary."""
    parser = argparse.ArgumentParser(description="Print what the causes do that differ from a commit.")
    parser.add_argument("base", help="the commit to compare with")
    parser.add_argument("--site", default="", help="the address of the built site")
    asked = parser.parse_args(arguments)
    with Prover() as running:
        sys.stdout.write(summary(root(), asked.base, running, asked.site))


if __name__ == "__main__":
    main(sys.argv[1:])
