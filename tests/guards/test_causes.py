from __future__ import annotations

import re
from pathlib import Path

import pytest

from unstuck.catalogue import cause as cause_of
from unstuck.catalogue import causes, root
from unstuck.prover import Job, Prover

# Put behind the proof of a cause, these put a guard around its scenario.
GUARDED = """

import inspect, threading, time

import unstuck
from snippets.guards import loop_watchdog as loops, open_runs as openruns, pool_watchdog as pools

for guard in (loops, pools):  # The prover's own frames stand for those of the standard library.
    guard._LIBRARIES += tuple(unstuck.__path__)


def driven(program, provider):
    return drive(program, **{"provider": provider} if "provider" in inspect.signature(drive).parameters else {})


async def loop_watchdog(program, provider):
    async with loops.LoopWatchdog():
        return await driven(program, provider)


async def pool_watchdog(program, provider):
    async with pools.PoolWatchdog(threshold=0.5):
        return await driven(program, provider)


def open_runs(program, provider):
    runs = openruns.OpenRuns()
    runs.watch_every_call()

    def ask():
        time.sleep(20)
        runs.dump()

    threading.Thread(target=ask, daemon=True).start()
    return driven(program, provider)
"""
ROWS = re.findall(
    r"^\| \[[^]]+\]\(\.\./causes/([\w-]+)\.md\) \| ([^|]+) \|",
    (root() / "docs" / "prevention" / "index.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)
CAUGHT = [(slug, found[1], said) for slug, said in ROWS if (found := re.match(r"\[`(\w+)\.py`\]", said))]


def test_the_table_has_every_cause() -> None:
    """Whoever has a cause finds what would have caught it."""
    assert sorted(slug for slug, _ in ROWS) == [cause.slug for cause in causes()]


@pytest.mark.parametrize(("slug", "guard", "said"), CAUGHT, ids=[f"{guard}: {slug}" for slug, guard, _ in CAUGHT])
def test_a_guard_shows_the_cause(slug: str, guard: str, said: str, tmp_path: Path, prover: Prover) -> None:
    """Around the broken program, the guard names the line, or the kind of run, that the table says."""
    cause = cause_of(slug)
    proof = tmp_path / "proof.py"
    proof.write_text(cause.proof.read_text(encoding="utf-8") + GUARDED, encoding="utf-8")
    shown = prover.run(Job(proof, cause.broken, guard)).output
    if guard == "open_runs":
        innermost = re.findall(r"^(0 open runs)$|^\d+ open runs\n +[\d.]+ s  (\w+) ", shown, re.MULTILINE)
        assert "".join(innermost[0]) in re.findall(r"`([^`]+)`", said)
    else:
        assert f"broken.py:{cause.mark()} in " in shown
