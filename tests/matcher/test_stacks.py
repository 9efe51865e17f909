"""Where dumps of stuck programs lead: the confusion table of all causes."""

from __future__ import annotations

import importlib.util
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from unstuck.catalogue import Cause, cause, causes, root
from unstuck.live import look_from, process
from unstuck.matcher import Matcher
from unstuck.prover import Job, Prover, Run

HERE = Path(__file__).parent
HOSTS = sorted((HERE / "hosts" / "dumps").glob("*.txt"))
ELSEWHERE = sorted(path for path in (HERE / "elsewhere").glob("*.py") if path.stem != "proof")

# One stack shows one round: a model is being called. What sent it round again is not on the stack.
ROUNDS = {
    "agent-loops-without-limit",
    "graph-never-reaches-end",
    "runnable-loop-without-stop",
    "structured-output-retried-forever",
    "tool-error-retried-forever",
}
# Others that a stack cannot tell apart, by the program whose dump it is; each with the cause that comes first, and why.
SAME = {
    # The model is a real client here; the stack is in the middle of one of its many calls.
    "structured-output-retried-forever/local_server": {"model-call-without-timeout"},
    # The task waits for the stream; what holds it up stands in a thread that has no frame of LangChain.
    "slow-token-callback/broken": {"stream-held-by-one-step"},
    "slow-token-callback/agent_stream": {"structured-output-retried-forever", "agent-loops-without-limit"},
    # Before the answer is there, a traced call waits for the model as any other does.
    "tracing-holds-the-process/broken": {"model-call-without-timeout"},
    "tracing-holds-the-process/async_script": {"model-call-without-timeout"},
    # A thread waits for the model; that somebody has stopped waiting for the thread is not on any stack.
    "timed-out-work-keeps-running/elsewhere": {"model-call-without-timeout"},
}


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


forms = _load(HERE / "dumps.py").forms


def stuck(cause: Cause) -> Iterator[tuple[str, Path, str]]:
    """Yield the stuck programs of a page, each with its scenario; wrong turns have signatures of other causes too."""
    yield "broken", cause.broken, "drive"
    for name, claim in cause.facts.programs.items():
        if claim.kind and claim.role == "variant":
            yield name, cause.program(name), claim.scenario


def led_astray(matcher: Matcher, slug: str, name: str, dumps: dict[str, str]) -> list[str]:
    """Return the dumps whose first answer is neither their cause nor one that a stack cannot tell from it.

    Those in which py-spy's frames lead elsewhere than faulthandler's of the same threads are returned as well.
    So is an entry of `SAME` that no dump of the program needs any longer.
    """
    allowed = {slug} | SAME.get(f"{slug}/{name}", set()) | (ROUNDS if slug in ROUNDS else set())
    firsts = {form: [answer.slug for answer in matcher.answer(dump)[:1]] for form, dump in dumps.items()}
    differ = [
        f"{slug}/{name}, {form}: {firsts[form]}, and faulthandler {firsts['faulthandler']}"
        for form in firsts.keys() & {"py-spy", "py-spy --locals"}
        if firsts[form] != firsts["faulthandler"]
    ]
    same = SAME.get(f"{slug}/{name}", set())
    stale = (
        [] if not same or any(same.intersection(first) for first in firsts.values()) else [f"{slug}/{name}: told apart"]
    )
    astray = [
        f"{slug}/{name}, {form}: {first[0]}" for form, first in firsts.items() if first and first[0] not in allowed
    ]
    return stale + differ + astray


@pytest.mark.parametrize("cause", causes(), ids=lambda cause: cause.slug)
def test_dumps_lead_to_their_cause(matcher: Matcher, prover: Prover, cause: Cause) -> None:
    """Each stuck program of a page, in each form: beside the diagonal is only what `SAME` and `ROUNDS` allow."""
    astray = []
    for name, program, scenario in stuck(cause):
        run = prover.run(Job(cause.proof, program, scenario))
        astray += led_astray(matcher, cause.slug, name, forms(run, cause.mark(program), program.name))
    assert astray == []


@pytest.mark.parametrize("cause", causes(), ids=lambda cause: cause.slug)
def test_dumps_of_fixed_programs_lead_to_nothing_certain(matcher: Matcher, prover: Prover, cause: Cause) -> None:
    """While it works, a fixed program stands where the broken one does; a stack is never said to be an exact error."""
    run = prover.run(Job(cause.proof, cause.fixed))
    sure = {answer.how_sure for dump in run.dumps.values() for answer in matcher.answer(dump)}
    assert sure <= {"stack", "words"}


@pytest.mark.parametrize("program", ELSEWHERE, ids=lambda program: program.stem)
def test_dumps_of_other_people_s_programs_lead_to_their_cause(matcher: Matcher, prover: Prover, program: Path) -> None:
    """The same mistake in other words, and by other ways into the libraries, has the same cause first."""
    slug = program.stem.replace("_", "-")
    own = f"async def {program.stem}(" in PROOF or f"def {program.stem}(" in PROOF
    proof = HERE / "elsewhere" / "proof.py" if own else root() / "snippets" / "causes" / slug / "proof.py"
    run = prover.run(Job(proof, program, program.stem if own else "drive"))
    dumps = forms(run, _innermost(run), program.name)
    assert any(matcher.answer(dump) for dump in dumps.values()), f"{run.end}: {run.why or run.error}"
    assert led_astray(matcher, slug, "elsewhere", dumps) == []


PROOF = (HERE / "elsewhere" / "proof.py").read_text(encoding="utf-8")


def test_tasks_that_wait_for_each_other_are_one_stack(matcher: Matcher, prover: Prover) -> None:
    """What is named of a dump of tasks is where the last of a chain of three waits, and not one of the others."""
    claimed = cause("model-call-without-timeout")
    program = claimed.program("in_agent")
    run = prover.run(Job(claimed.proof, program, claimed.facts.programs["in_agent"].scenario))
    dump = forms(run, claimed.mark(program), program.name)["stack_dump"]
    assert dump.count("+ Awaited by:") == 2
    assert "SocketStream.receive" in dump.split("\n")[matcher.answer(dump)[0].matched[0].line - 1]


@pytest.mark.parametrize("dump", HOSTS, ids=lambda dump: dump.name)
def test_dumps_of_hosts_lead_to_their_cause(matcher: Matcher, dump: Path) -> None:
    """Of a notebook, a web framework, a worker or a bot: one that waits for a question leads to nothing."""
    _, state, _ = dump.stem.split(".")
    first = [(answer.slug, answer.how_sure) for answer in matcher.answer(dump.read_text(encoding="utf-8"))[:1]]
    assert first == ([] if state == "idle" else [(state, "stack")])


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("model-call-without-timeout", "in_workflow"),  # below LangGraph, whose folder has no __init__.py
        ("sync-call-in-async-code", "silent_provider"),  # on the event loop
    ],
)
def test_what_py_spy_prints_leads_to_its_cause(matcher: Matcher, prover: Prover, slug: str, name: str) -> None:
    """The tool itself, with each of its options, says of a process in real time what `dumps.py` says that it does."""
    claimed = cause(slug)
    program, scenario = claimed.program(name), claimed.facts.programs[name].scenario
    rendered = forms(prover.run(Job(claimed.proof, program, scenario)), claimed.mark(program), program.name)["py-spy"]
    with process(claimed.proof, program, scenario) as running:
        looks = (look_from(report["look"]) for report in running.reports() if "look" in report)
        next(look for look in looks if look.places and not look.moves and look.wakes is None)
        command = [str(Path(sys.executable).parent / "py-spy"), "dump", "--pid", str(running.process.pid)]
        plain, *others = (
            subprocess.run([*command, *options], capture_output=True, text=True, check=True).stdout
            for options in ([], ["--locals"], ["--full-filenames"], ["--subprocesses"])
        )
    assert _stacks(plain, program) == _stacks(rendered, program)
    assert [matcher.answer(dump)[0].slug for dump in (plain, *others)] == [slug] * 4


def _stacks(dump: str, program: Path) -> list[list[str]]:
    """Return the stacks of a program, without the classes of methods and what is below the proof."""
    stacks = [block.split("\n    ")[1:] for block in re.split(r"\n+Thread ", dump) if f"({program.name}:" in block]
    above = [itertools.takewhile(lambda frame: "(proof.py:" not in frame, stack) for stack in stacks]
    return sorted([re.sub(r"^.*\.(?=\w+ \()", "", frame.strip()) for frame in stack] for stack in above)


def _innermost(run: Run) -> int | None:
    """Return the line at which a program stood longest."""
    return max(run.spent, key=lambda line: run.spent[line], default=None)


TRACE = """\
Traceback (most recent call last):
  File "/srv/app/worker.py", line 31, in handle
    return asyncio.run(chain.ainvoke(job))
  File "/usr/lib/python3.12/asyncio/runners.py", line 194, in run
    return runner.run(main)
RuntimeError: Event loop is closed
"""


def _each(prefix: str) -> str:
    return "".join(f"{prefix}{line}\n" for line in TRACE.splitlines())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_each("api-1  | "), id="docker compose"),
        pytest.param(_each("2026-11-25T03:12:44.120418Z stderr F "), id="kubernetes"),
        pytest.param(_each("Nov 25 03:12:44 web1 gunicorn[812]: "), id="journald"),
        pytest.param(_each("2026-11-25T03:12:44.1204180Z "), id="CI"),
        pytest.param(_each("    "), id="indented in Markdown"),
        pytest.param(f"2026-11-25 03:12:44.120 | ERROR    | app.worker:handle:31 - job failed\n{TRACE}", id="loguru"),
        pytest.param(
            f"[2026-11-25 03:12:44,120: ERROR/ForkPoolWorker-1] Task app.sum_up[7f] raised\n{TRACE}", id="Celery"
        ),
        pytest.param(json.dumps({"level": "error", "message": TRACE}), id="JSON"),
        pytest.param(f'time=03:12 msg="{json.dumps(TRACE)[1:-1]}"', id="escaped in quotes"),
        pytest.param(TRACE.replace("Runtime", "\x1b[1;31mRuntime").replace("closed", "closed\x1b[0m"), id="ANSI"),
        pytest.param(TRACE.replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param(
            TRACE.replace("/srv/app/", "C:\\new\\app\\").replace("/usr/lib/python3.12/", "C:\\Python312\\Lib\\"),
            id="Windows paths",
        ),
        pytest.param(
            f"{TRACE}\nDuring handling of the above exception, another exception occurred:\n\n{TRACE}", id="chained"
        ),
        pytest.param(
            "  + Exception Group Traceback (most recent call last):\n"
            + "".join(f"  |   | {line}\n" for line in TRACE.splitlines())
            + "  |   +------------------------------------\n",
            id="exception group",
        ),
        pytest.param("INFO ok\n" * 9 + TRACE[TRACE.index("    return runner") :], id="cut off above"),
        pytest.param("\n".join(f"{line}\nINFO GET /health 200" for line in TRACE.splitlines()), id="interleaved"),
    ],
)
def test_error_is_read_in_every_wrapping(matcher: Matcher, text: str) -> None:
    """Prefixes, colours, escapes, paths and groups are no part of an error; the line that is named holds it."""
    first = matcher.answer(text)[0]
    assert (first.slug, first.how_sure) == ("client-shared-across-event-loops", "error")
    assert "Event loop is closed" in text.split("\n")[first.matched[0].line - 1]


@pytest.mark.parametrize(
    "wrapped",
    [
        pytest.param(lambda dump: dump, id="plain"),
        pytest.param(lambda dump: re.sub(r"(?m)^", "api-1  | ", dump), id="docker compose"),
        pytest.param(lambda dump: re.sub(r"(?m)^", "2026-11-25T03:12:44.1204180Z ", dump), id="CI"),
        pytest.param(lambda dump: json.dumps({"stacks": dump}), id="JSON"),
        pytest.param(
            lambda dump: dump.replace("/", "\\"),
            id="Windows",
        ),
        pytest.param(
            lambda dump: "\n".join(f"{line}\nINFO GET /health" for line in dump.split("\n")), id="interleaved"
        ),
        pytest.param(lambda dump: "\n".join(dump.split("\n")[:40]), id="cut off below"),
        pytest.param(lambda dump: f"Agent hangs in a tool, what now?\n\n```\n{dump}\n```\n", id="quoted in a report"),
    ],
)
def test_stack_is_read_in_every_wrapping(matcher: Matcher, prover: Prover, wrapped: Callable[[str], str]) -> None:
    """A dump of faulthandler leads to the tool that does not return, whatever has been done to its lines."""
    program = HERE / "elsewhere" / "tool_never_returns.py"
    run = prover.run(Job(HERE / "elsewhere" / "proof.py", program, program.stem))
    first = matcher.answer(wrapped(forms(run, None, program.name)["faulthandler"]))[0]
    assert (first.slug, first.how_sure) == ("tool-never-returns", "stack")
