"""The parts of the prover, one by one."""

from __future__ import annotations

import asyncio
import traceback
from dataclasses import replace
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from unstuck.catalogue import Kind
from unstuck.prover import Job, Prover, Run, verdict
from unstuck.prover.clock import CROWD, Clock
from unstuck.prover.frames import Place, waiting_since
from unstuck.prover.loops import PASSES, Loop, Loops

PROGRAMS = Path(__file__).with_name("programs")
ANSWERED = Run(end="answered", value="done", seconds=2.0)


@pytest.mark.parametrize(
    ("run", "kind"),
    [
        (ANSWERED, None),
        (replace(ANSWERED, end="broke off"), None),
        (replace(ANSWERED, end="stuck", lost=[1], starved={1: 9.0}), "waits"),
        (replace(ANSWERED, end="spun", lost=[1]), "spins"),
        (replace(ANSWERED, end="raised", lost=[1], starved={1: 9.0}), "raises"),
        (replace(ANSWERED, lost=[1], starved={1: 9.0}), "vanishes"),
        (replace(ANSWERED, end="lingers", starved={1: 9.0}), "starves"),
        (replace(ANSWERED, end="lingers", seconds=9.0), "lingers"),
        (replace(ANSWERED, seconds=5.0), "crawls"),
        (replace(ANSWERED, seconds=4.9), None),
        (replace(ANSWERED, starved={1: 0.09}), None),
    ],
)
def test_a_run_is_of_one_kind_what_comes_first_counts(run: Run, kind: Kind | None) -> None:
    """No answer comes before a wrong one, that before its price for others, that before what is left behind."""
    assert verdict.kind(run, healthy_seconds=1.0) == kind


def test_objections_name_the_lines_and_what_was_seen() -> None:
    """Each claim that a run does not bear out is answered with what it shows instead."""
    stuck = Run(end="stuck", why="no timer is running", places=[Place(7, "ask", "wait()", "thread")])
    raised = replace(stuck, end="raised", error="KeyError: 'answer'")
    lost = replace(ANSWERED, lost=[3])
    assert [
        verdict.against_stuck(stuck, "waits", 7),
        verdict.against_stuck(stuck, "waits", 8),
        verdict.against_stuck(stuck, "spins", 7),
        verdict.against_stuck(raised, "raises", 7, error="KeyError: 'question'"),
        verdict.against_stuck(lost, "vanishes", 3, answer="done"),
        verdict.against_stuck(ANSWERED, "waits", 7),
        verdict.against_healthy(stuck, "done"),
        verdict.against_healthy(ANSWERED, "else"),
        verdict.against_healthy(ANSWERED, "done", (3.0, 4.0)),
        verdict.against_healthy(replace(ANSWERED, left=["task in tick, line 9"]), "done"),
    ] == [
        None,
        "it waits at line 7, but line 8 is marked",
        "it waits, but `kind` says spins (no timer is running)",
        "it raises \"KeyError: 'answer'\", but `error` says \"KeyError: 'question'\"",
        "a result is lost, but the answer 'done' is there",
        "not stuck: it returned 'done' after 2 s",
        "it waits at line 7 (no timer is running)",
        "it returned 'done', not 'else'",
        "it took 2 s, not 3 to 4 s",
        "it left something running: task in tick, line 9",
    ]


def test_a_report_survives_its_way_through_json() -> None:
    """What a child sends is what the prover hands out."""
    run = replace(ANSWERED, places=[Place(7, "ask", "wait()", "task")], spent={7: 2.0}, starved={8: 0.5})
    assert Run.from_json(run.to_json()) == run


def test_timers_fire_one_by_one_in_the_order_of_their_making() -> None:
    """Timers that are due at the same second do not race each other."""
    clock, fired = Clock(), []
    for name, delay in (("late", 5.0), ("first", 1.0), ("second", 1.0)):
        clock.add(delay, lambda name=name: fired.append((name, clock.now)))  # type: ignore[misc]
    clock.jump()
    assert fired == [("first", 1.0)]
    clock.jump()
    clock.jump()
    assert fired[1:] == [("second", 1.0), ("late", 5.0)]
    assert clock.due() is None


def test_a_crowd_of_timers_fires_at_once() -> None:
    """What a thousand threads wait for does not cost a thousand proofs that nothing moves."""
    clock, fired = Clock(), []
    for number in range(CROWD + 1):
        clock.add(1.0, lambda number=number: fired.append(number))  # type: ignore[misc]
    clock.jump()
    assert fired == list(range(CROWD + 1))


def test_a_dropped_timer_does_not_fire_and_time_never_goes_back() -> None:
    """A wait that ended in time leaves nothing behind."""
    clock = Clock()
    clock.drop(clock.add(1.0, lambda: None))
    assert clock.due() is None
    clock.pass_until(3.0)
    clock.pass_until(2.0)
    assert clock.now == 3.0


NESTED = """
def find(rows):
    for row in rows:
        while row:
            row = row - 1
            if row == 3:
                raise ValueError(row)
        else:
            continue
    async def tokens():
        async for token in rows: yield token
"""


def test_counting_passes_changes_no_line_and_no_traceback() -> None:
    """The program that runs reports the same lines as the program that the reader sees."""
    loops = Loops(lambda loop: None)
    counted = loops.compile(NESTED, "find.py")
    plain = compile(NESTED, "find.py", "exec", dont_inherit=True)
    assert _lines(counted) == _lines(plain)
    assert _traceback(counted, {**loops.names()}) == _traceback(plain, {})


def test_a_loop_is_counted_anew_each_time_it_is_entered() -> None:
    """Many short rounds of an inner loop are not one long one; the round that is too many names its loop."""
    too_many: list[Loop] = []
    loops = Loops(too_many.append)
    source = "def main(rounds, passes):\n for _ in range(rounds):\n  for _ in range(passes):\n   pass\n"
    names: dict[str, Any] = {**loops.names()}
    exec(loops.compile(source, "main.py"), names)  # noqa: S102 - as the prover does
    names["main"](3, PASSES - 1)
    assert too_many == []
    names["main"](1, PASSES)
    assert [(loop.line, loop.function.co_name) for loop in too_many] == [(3, "main")]


def test_a_loop_waits_for_its_turn_from_the_second_at_which_something_was_ready() -> None:
    """A blocked event loop starves what is ready now, and each timer from when it is due; no cancelled one."""

    async def seconds() -> list[float | None]:
        loop = asyncio.get_running_loop()
        now = loop.time()
        idle = waiting_since(loop, now + 60)
        loop.call_later(1, print).cancel()
        cancelled = waiting_since(loop, now + 60)
        timer = loop.call_at(now + 30, print)
        later, too_late = waiting_since(loop, now + 60), waiting_since(loop, now + 20)
        timer.cancel()
        return [idle, cancelled, later and later - now, too_late]

    assert asyncio.run(seconds()) == [None, None, 30.0, None]


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("waits/gather", 1.0),
        ("starves/sync_model", 8.0),
        ("raises/timeout", 30.0),
        ("lingers/timed_out_thread", 5.0),
        ("healthy/timed_event", 3600.0),
        ("healthy/timed_send", 30.0),
    ],
)
def test_seconds_are_those_of_the_program_to_its_end_or_answer(name: str, seconds: float, prover: Prover) -> None:
    """A report tells the time that its user would have waited."""
    assert prover.run(Job(PROGRAMS / "proof.py", PROGRAMS / f"{name}.py")).seconds == seconds


TICKS = """
import asyncio

async def tick():
    while True:
        await asyncio.sleep(60)

async def answer():
    ticking = asyncio.create_task(tick())
    await asyncio.sleep(90)
    return "done"

def main():
    return asyncio.run(answer())
"""


def test_a_task_that_asyncio_run_cancels_is_left_and_lingers_not(prover: Prover) -> None:
    """What a script's event loop cancels at its end is named, and no fixed program may leave it."""
    run = prover.run(Job(PROGRAMS / "proof.py", PROGRAMS / "ticks.py", source=TICKS))
    assert (run.end, run.left, run.seconds) == ("answered", ["task in tick, line 6"], 90.0)
    assert verdict.against_healthy(run, "done") == "it left something running: task in tick, line 6"


def test_dumps_show_the_program_and_not_the_prover(prover: Prover) -> None:
    """The dumps of a stuck process are those that its operator would get: no observer, no fake provider."""
    thread = prover.run(Job(PROGRAMS / "proof.py", PROGRAMS / "waits" / "callee_in_another_thread.py")).dumps
    blocks = thread["faulthandler"].split("\n\n")
    assert sum("callee_in_another_thread.py" in block for block in blocks) == len(blocks) == 2
    task = prover.run(Job(PROGRAMS / "proof.py", PROGRAMS / "waits" / "provider.py", "served")).dumps
    assert 'waits/provider.py", line' not in task["faulthandler"]
    assert "provider.py', line 6, in async main()" in task["tasks"]
    assert not any(own in "".join(task.values()) for own in ("observer.py", "fakes/provider.py"))


def _lines(code: CodeType) -> list[tuple[str, set[int | None]]]:
    inner = [line for const in code.co_consts if isinstance(const, CodeType) for line in _lines(const)]
    return [(code.co_qualname, {line for *_, line in code.co_lines()}), *inner]


def _traceback(code: CodeType, names: dict[str, Any]) -> list[str]:
    exec(code, names)  # noqa: S102 - as the prover does
    try:
        names["find"]([5])
    except ValueError as error:
        return [f"{frame.lineno} {frame.colno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[1:]]
    return []
