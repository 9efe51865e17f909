"""Whether a run bears out what is claimed of its program."""

from __future__ import annotations

from typing import Any

from unstuck.catalogue import Kind
from unstuck.prover.run import Run

MANY_TIMES = 5
NOTICEABLE = 0.1  # virtual seconds that a blocked event loop is allowed: asyncio's own `slow_callback_duration`


def kind(run: Run, healthy_seconds: float | None = None) -> Kind | None:
    """Return the one way in which a run was stuck, or None when it was not.

    What comes first counts: that there was no answer, then that there was the wrong one, then what it cost the others
    or took until it was there, then what came after it. `healthy_seconds` is how long the fixed program takes; without
    it nothing `crawls`. Something that runs on lingers even when it would end by itself some time after the answer.
    """
    if run.end == "stuck":
        return "waits"
    if run.end == "spun":
        return "spins"
    if run.end == "raised":
        return "raises"
    if run.lost:
        return "vanishes"
    if any(seconds >= NOTICEABLE for seconds in run.starved.values()):
        return "starves"
    if run.end == "lingers":
        return "lingers"
    if healthy_seconds is not None and run.seconds >= max(MANY_TIMES * healthy_seconds, 1.0):
        return "crawls"
    return None


def paused(run: Run, answer: Any) -> Kind | None:
    """Return `vanishes` for a run in which a graph was paused and the answer is not there."""
    return "vanishes" if run.pauses and run.end == "answered" and run.value != answer else None


def lines(run: Run, seen: Kind) -> list[int]:
    """Return the lines at which a run was stuck in a way."""
    if seen == "vanishes":
        return sorted({*run.lost, *(place.line for place in run.pauses)})
    if seen == "starves":
        return sorted(line for line, seconds in run.starved.items() if seconds >= NOTICEABLE)
    if seen == "crawls":
        return sorted(line for line, seconds in run.spent.items() if seconds > run.seconds / 2)
    return sorted({place.line for place in run.places})


def against_stuck(
    run: Run,
    claimed: Kind,
    line: int,
    *,
    error: str | None = None,
    healthy_seconds: float | None = None,
    answer: Any = None,
) -> str | None:
    """Return why a run does not bear out "it gets stuck in this way at this line", or None when it does."""
    if run.end == "broke off":
        return f"the prover could not go on: {run.why}"
    seen = kind(run, healthy_seconds) or paused(run, answer)
    if seen is None:
        return f"not stuck: it returned {run.value!r} after {run.seconds:g} s"
    if seen != claimed:
        return f"it {seen}, but `kind` says {claimed}{_detail(run)}"
    if line not in lines(run, seen):
        where = ", ".join(map(str, lines(run, seen))) or "no line of the program"
        return f"it {seen} at line {where}, but line {line} is marked"
    if error is not None and error not in run.error:
        return f"it raises {run.error!r}, but `error` says {error!r}"
    if seen == "vanishes" and run.end == "answered" and run.value == answer:
        return f"a result is lost, but the answer {answer!r} is there"
    return None


def against_healthy(run: Run, answer: Any, seconds: tuple[float, float] | None = None) -> str | None:
    """Return why a run does not bear out "it finishes with this answer", or None when it does."""
    if run.end == "broke off":
        return f"the prover could not go on: {run.why}"
    seen = kind(run)
    if seen is not None:
        where = ", ".join(map(str, lines(run, seen)))
        return f"it {seen} at line {where or '?'}{_detail(run)}"
    if run.value != answer:
        return f"it returned {run.value!r}, not {answer!r}"
    if run.left:
        return f"it left something running: {', '.join(run.left)}"
    if seconds is not None and not seconds[0] <= run.seconds <= seconds[1]:
        return f"it took {run.seconds:g} s, not {seconds[0]:g} to {seconds[1]:g} s"
    return None


def _detail(run: Run) -> str:
    return f": {run.error}" if run.error else f" ({run.why})" if run.why else ""
