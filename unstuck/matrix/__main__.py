"""Prove every cause with each set of versions, and write what was found: `python -m unstuck.matrix [SET]...`."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from pathlib import Path

from pydantic import TypeAdapter

from unstuck import text
from unstuck.catalogue import root
from unstuck.matrix import files
from unstuck.matrix.record import Proved, Record
from unstuck.matrix.sets import SETS, environment
from unstuck.problem import Problem


def run(at: Path, names: list[str]) -> Record:
    """Prove every cause of a clone with each of the sets."""
    today = dt.datetime.now(dt.UTC).date().isoformat()
    return Record(today, {name: _prove(at, name) for name in names})


def _prove(at: Path, name: str) -> Proved:
    print(f"{name}: making its environment.", flush=True)
    python = environment(at, name)
    print(f"{name}: proving.", flush=True)
    command = [str(python), "-m", "unstuck.matrix.prove"]
    done = subprocess.run(command, cwd=at, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Problem(at / ".cache" / "matrix" / name, None, "the proofs did not run", "The lines above say why.")
    proved = TypeAdapter(Proved).validate_json(done.stdout)
    print(f"{name}: {', '.join(f'{number} {result}' for result, number in proved.count().items())}.", flush=True)
    return proved


def main(names: list[str]) -> None:
    """Run the sets, all of them when none is named, and write what was found; only all of them make the page."""
    if unknown := set(names) - SETS.keys():
        raise Problem(
            Path("unstuck.matrix"), None, f"no set is called {unknown.pop()}", f"There are {', '.join(SETS)}."
        )
    at = root()
    record = run(at, names or [*SETS])
    issues = at / ".cache" / "matrix" / "issues"
    shutil.rmtree(issues, ignore_errors=True)
    issues.mkdir()
    for path in text.write({**dict(files.reports(at, record)), **({} if names else files.made(at, record))}):
        print(f"wrote {path.relative_to(at)}")
    for slug, found in record.changed().items():
        print(f"{slug} is not as its page says, with the {' and the '.join(found)} versions.")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Problem as problem:
        sys.exit(f"{problem}")
