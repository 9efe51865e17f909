"""Three reviews come in, and a worker sums them up one after the other, each in a call of its own."""

import os
import re
import runpy
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from celery import Celery
from celery.contrib.testing.worker import start_worker

from unstuck.fakes import Answer, Provider, tool_call

REVIEWS = ["Lovely room, loud street.", "Cold coffee, warm welcome.", "Great view, no lift."]

os.environ |= {"CELERY_BROKER_URL": "memory://", "CELERY_RESULT_BACKEND": "cache+memory://"}


def drive(program, provider: Provider) -> list[str]:
    provider.script(Answer("lovely but loud"))
    return [*map(program.sum_up, REVIEWS), f"{len(provider.requests)} requests"]


def at_once(program, provider: Provider) -> list[str]:
    provider.script(Answer("lovely but loud", after=2))
    with ThreadPoolExecutor(3) as threads:
        return list(threads.map(program.sum_up, REVIEWS))


async def asked(program, provider: Provider) -> str:
    calls = tool_call("guests_say", hotel="Astoria").tool_calls
    provider.script(Answer(tool_calls=calls), Answer("lovely but loud", after=2))
    try:
        return await program.answer("Is the Astoria any good?")
    except RuntimeError as error:
        error.args = (re.sub(r"0x[0-9a-f]+", "0x…", str(error)),)
        raise


def worker(program, provider: Provider) -> list[str]:
    provider.script(Answer("lovely but loud"))
    with start_worker(program.app, pool="solo", perform_ping_check=False, loglevel="critical"):
        return [outcome(program.sum_up.delay(review)) for review in REVIEWS]


def outcome(job) -> str:
    try:
        return job.get()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


TASKS = {
    "broken": "`asyncio.run` in each task",
    "fixed": "one `asyncio.Runner`",
    "loop_thread": "one event loop in a thread",
    "plain_invoke": "`invoke`",
}


def celery(_, provider: Provider) -> str:
    provider.script(Answer("answered", after=2))
    rows = ["| task | solo pool | pool of three threads |", "|---|---|---|"]
    for name, what in TASKS.items():
        cells = []
        for pool in ("solo", "threads"):
            os.environ["OPENAI_API_BASE"] = f"{provider.base_url}/{name}/{pool}"  # so that no two share a client
            program = runpy.run_path(str(Path(__file__).with_name(f"{name}.py")))
            task = Celery(pool).task(program["sum_up"], name=name)
            with start_worker(task.app, pool=pool, concurrency=3, perform_ping_check=False, loglevel="critical"):
                outcomes = [outcome(task.delay("first"))]
                outcomes += map(outcome, [task.delay(review) for review in REVIEWS])
            cells.append("; ".join(f"{count} × {what}" for what, count in Counter(outcomes).items()))
        rows.append(f"| {what} | {' | '.join(cells)} |")
    return "\n".join(rows)


CAPTURES = {"celery.md": celery}
