"""What pages show of a run: text that is the same on every run, machine and Python."""

from __future__ import annotations

import difflib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from rich.console import Console

from unstuck import data, text
from unstuck.catalogue import Cause, Claim, causes
from unstuck.changes import MARKER, plain
from unstuck.finder.findings import findings
from unstuck.finder.formats import print_text
from unstuck.finder.rules import choose
from unstuck.finder.search import search
from unstuck.problem import Problem
from unstuck.proofs import Proof
from unstuck.prover import Run, verdict
from unstuck.prover.frames import Place
from unstuck.prover.run import HOLDS

SHOWN = 6  # of the words that people use, before the fold

# What drives a program in its proof; a reader's is driven by something else.
_MODEL = "langchain_core.language_models.chat_models"
_DRIVERS = {"__main__", "runpy", "threading", "concurrent", "asyncio", "fastapi", "starlette", "httpx", "anyio"}

_STANDS = {
    "waits": "A {what} waits here.",
    "starves": "The line finishes, but the event loop could not run for {starved} s, and something was ready to run.",
    "spins": "The line runs again and again.",
    "crawls": "It finishes after {seconds} s; {spent} s of that pass here.",
    "vanishes": "The coroutine that is made here was never awaited.",
    "fails": "The task that is made here has failed, and nobody asks it for its error.",
    "pauses": "The graph is paused here: it has returned without a result, and waits to be resumed.",
    "raises": "{error}",
    "lingers": "The answer is there; a {what} still waits here, and the process cannot end.",
    "holds": "The answer is there; a thread that was started here holds the exit of the process.",
}

_ROLES = {
    "wrong turn": "What people try first, and what comes of it:",
    "variant": "Other shapes of the cause and of the fix:",
}


def files(proof: Proof) -> dict[str, str]:
    """Return the evidence of a cause: the text of each file of its `evidence` folder, by name."""
    cause, facts = proof.cause, proof.cause.facts
    texts = {
        "stuck.txt": stuck_text(proof.broken, cause.broken, cause.mark(), proof.fixed.seconds),
        "fixed.txt": fixed_text(proof.fixed),
        "fix.diff": diff(cause),
        "find.txt": find_text(cause),
        "signatures.json": json.dumps(signatures(proof), indent=1),
        **of_facts(cause),
        **proof.captures,
    }
    for name, claim in facts.programs.items():
        texts[f"{name}.txt"] = _program(proof, name, claim)
    if facts.programs:
        texts["programs.md"] = _programs(proof)
    return {name: content.rstrip("\n") + "\n" for name, content in texts.items()}


def of_facts(cause: Cause) -> dict[str, str]:
    """Return the part of the evidence that no run is needed for: what `cause.toml` and the neighbours' pages say."""
    facts = cause.facts
    return {
        "said.md": _said(facts.said),
        "neighbours.md": _neighbours(cause),
        "reports.md": "".join(f"- [{report.title}]({report.url})\n" for report in facts.reports),
        "versions.md": _versions(cause),
    }


def write(folder: Path, texts: dict[str, str]) -> list[Path]:
    """Write an `evidence` folder, remove what is no longer part of it, and return what changed."""
    folder.mkdir(exist_ok=True)
    changed = text.write({folder / name: content for name, content in texts.items()})
    stale = [path for path in folder.iterdir() if path.name not in texts]
    for path in stale:
        path.unlink()
    return changed + stale


def differences(folder: Path, texts: dict[str, str]) -> Iterator[Problem]:
    """Yield each file of an `evidence` folder that is not what the runs say now, with the difference."""
    present = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    yield from text.differences({folder / name: texts.get(name, "") for name in sorted(texts.keys() | present)})


def stuck_text(run: Run, program: Path, line: int, healthy_seconds: float) -> str:
    """Return where and how a program is stuck, the frames below it included."""
    seen = verdict.kind(run, healthy_seconds)
    place = run.at(line) or Place(line, "", program.read_text().splitlines()[line - 1].strip(), "task")
    says = _STANDS[_how(run, seen)].format(
        what=("thread" if place.what == "thread" else "task") + (" of the event loop" if place.on_loop else ""),
        starved=_seconds(run.starved.get(line, 0.0)),
        seconds=_seconds(run.seconds),
        spent=_seconds(run.spent.get(line, 0.0)),
        error=run.error,
    )
    function = f", in {place.function}" if place.function and place.function != "<module>" else ""
    shown = f"{program.name}, line {line}{function}\n\n    {MARKER.sub('', place.text)}\n\n{says}\n"
    if run.why:
        shown += f"{_sentence(run.why)}\n"
    frames = below(place)
    return shown + (f"\nBelow it:\n{frames}" if frames else "")


def _how(run: Run, seen: str | None) -> str:
    if seen == "vanishes" and "exception was never retrieved" in run.output:
        return "fails"
    return "holds" if run.why.startswith(HOLDS) else seen or "pauses"


def fixed_text(run: Run) -> str:
    """Return what a healthy program gave, and after how long."""
    return f"returns {_shown(run.value)} {_after(run)}\nnothing is left running\n"


def diff(cause: Cause) -> str:
    """Return the difference between the broken and the fixed program."""
    broken, fixed = plain(cause.broken).splitlines(), plain(cause.fixed).splitlines()
    return "\n".join(list(difflib.unified_diff(broken, fixed, "broken.py", "fixed.py", lineterm="", n=2))[2:]) + "\n"


def find_text(cause: Cause) -> str:
    """Return what the finder prints for the broken program, or why it has nothing to look for."""
    if cause.facts.find.nothing_because:
        return cause.facts.find.nothing_because
    known = data.only(cause)
    result = search([str(cause.broken)], choose(known["causes"]), [cause.slug])
    found = [replace(finding, file=cause.broken.name) for finding in findings(result, known)]
    console = Console(file=io.StringIO(), width=120, soft_wrap=True, highlight=False)
    print_text(found, result.files, console)
    assert isinstance(console.file, io.StringIO)
    return f"$ unstuck find {cause.broken.name}\n{console.file.getvalue()}"


def _program(proof: Proof, name: str, claim: Claim) -> str:
    path, run = proof.cause.program(name), proof.programs[name]
    if claim.kind is None:
        return fixed_text(run)
    return stuck_text(run, path, proof.cause.mark(path), proof.fixed.seconds)


def _programs(proof: Proof) -> str:
    """Return the further programs as folds, wrong turns first, each with what it shows and what happens."""
    parts = []
    for role, heading in _ROLES.items():
        claims = {name: claim for name, claim in proof.cause.facts.programs.items() if claim.role == role}
        if claims:
            parts += [f"{heading}\n", *(_fold(proof, name, claim) for name, claim in claims.items())]
    return "\n".join(parts)


def _fold(proof: Proof, name: str, claim: Claim) -> str:
    cause = proof.cause
    path = cause.program(name)
    marked = sorted({line for word in ("stuck", "cause") for line in cause.marks(word, path)})
    highlight = f' hl_lines="{" ".join(map(str, marked))}"' if marked else ""
    folder = cause.folder.relative_to(cause.clone).as_posix()
    shown = (
        f'```python title="{path.name}"{highlight}',
        f'--8<-- "{folder}/{path.name}"',
        "```",
        "",
        "```text",
        f'--8<-- "{folder}/evidence/{name}.txt"',
        "```",
    )
    icon = "failure" if claim.role == "wrong turn" else "example"
    title = f"`{path.name}`: {claim.shows} {_happens(proof, name, claim)}"
    return "\n".join([f'??? {icon} "{title}"', "", *(f"    {line}".rstrip() for line in shown), ""])


def _happens(proof: Proof, name: str, claim: Claim) -> str:
    run = proof.programs[name]
    if claim.kind == "raises":
        return f"It raises `{run.error.partition(':')[0].splitlines()[0].rpartition('.')[2]}`."
    if claim.kind:
        return f"It {claim.kind} at line {proof.cause.mark(proof.cause.program(name))}."
    return f"It returns {text.code_span(_shown(run.value, 80))} {_after(run)}."


def below(place: Place) -> str:
    """Return the library frames below a place: for each package in a row its first and its last."""
    calls = [call for call in place.calls if call.package not in {"contextlib", "contextvars"}]
    groups = [[*group] for _, group in groupby(calls, key=lambda call: call.package)]
    shown = [call for group in groups for call in dict.fromkeys([group[0], group[-1]])]
    width = max((len(call.package) for call in shown), default=0)
    return "".join(f"    {call.package:{width}}  {call.name}\n" for call in shown)


def signatures(proof: Proof) -> list[data.Signature]:
    """Return the stacks in which programs of the cause are stuck, and those of threads that wait for them."""
    cause, claims = proof.cause, proof.cause.facts.programs
    stuck = {name: proof.programs[name] for name, claim in claims.items() if claim.kind and claim.role == "variant"}
    found: list[data.Signature] = []
    for name, run in {"broken": proof.broken, **stuck}.items():
        place = run.at(cause.mark(cause.program(name)))
        waiting = [at for at in (*run.places, *run.stood) if at.calls and at.calls[-1].module == "threading"]
        if run.end == "raised":  # where it stood before
            waiting += [at for at in run.stood if at.line == cause.mark(cause.program(name)) and _led(at)]
        stands = dict.fromkeys([place, *waiting] if place else [])
        found += [_signature(run, name, cause.program(name), at) for at in stands]
    return found


def _signature(run: Run, name: str, program: Path, place: Place) -> data.Signature:
    calls = list(place.calls)
    if run.end == "spun":  # how far the call of the model had come is chance
        calls = calls[: max((n for n, call in enumerate(calls, 1) if call.module == _MODEL), default=len(calls))]
    return {
        "program": name,
        "what": "error" if run.end == "raised" and place not in run.stood else place.what,
        "on_loop": place.on_loop,
        "threads": _threads(run, program, place.line) if place.what == "thread" else 0,
        "above": _led(place),
        "frames": [f"{call.module}:{call.name}" for call in calls],
    }


def _led(place: Place) -> list[str]:
    return [f"{call.module}:{call.name}" for call in place.above if call.package not in _DRIVERS]


def _threads(run: Run, program: Path, line: int) -> int:
    """Return how many threads stand at a line, as far as a dump was made there."""
    dump = run.dumps.get(f"faulthandler, line {line}") or run.dumps.get("faulthandler", "")
    return max(1, sum(f'/{program.name}", line {line} in' in thread for thread in dump.split("\n\n")))


def _said(phrasings: Sequence[str]) -> str:
    """Return what people say as a list, whose end is folded where it is long; what is typed stands in it as it is."""
    rows = [f"- {text.escaped(words)}\n" for words in phrasings]
    shown, more = rows[:SHOWN], rows[SHOWN:]
    fold = [f'\n??? quote "{len(more)} more"\n\n', *(f"    {row}" for row in more)] if more else []
    return "".join(shown + fold)


def _neighbours(cause: Cause) -> str:
    known = {other.slug: other for other in causes(cause.clone)}
    rows = []
    for slug, tells_apart in cause.facts.neighbours.items():
        if slug not in known:
            line = cause.line("neighbours", slug)
            raise Problem(cause.toml, line, f"the neighbour {slug} has no page", "Name a cause that exists.")
        rows.append(f"- [{known[slug].title}]({slug}.md): {tells_apart}\n")
    return "".join(rows)


def _versions(cause: Cause) -> str:
    rows = ["| library | has it | proved with |", "|---|---|---|"]
    locked = data.proved_with(cause)
    rows += [f"| {name} | {versions} | {locked[name]} |" for name, versions in cause.facts.versions.items()]
    return "\n".join([*rows, "", "[Proved with other versions, too](../proofs.md)"]) + "\n"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f}".removesuffix(".0")


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:] + ("" if words.endswith(".") else ".")


def _after(run: Run) -> str:
    return "at once" if run.seconds == 0 else f"after {_seconds(run.seconds)} s"


def _shown(value: object, longest: int = 300) -> str:
    text = repr(value)
    return text if len(text) <= longest else text[:longest] + "…"
