"""Prove every cause with the libraries of the running Python, and print what was found as JSON.

It runs in the environment of a set, which has the libraries and not the tool.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from importlib.metadata import distributions

from unstuck import data, evidence
from unstuck.catalogue import Cause, causes, read, root
from unstuck.matcher import Matcher
from unstuck.matrix.record import Outcome, Proved
from unstuck.problem import Problem, caught
from unstuck.proofs import Proof
from unstuck.prover import Prover
from unstuck.versions import has_it, installed

MUCH = 20_000  # characters that are kept of what a program showed


def prove(matcher: Matcher) -> Proved:
    """Prove every cause; return the versions and the outcomes."""
    found: dict[str, Outcome] = {}
    waiting = causes()
    while waiting:
        with Prover() as prover:
            while waiting:
                cause = waiting.pop(0)
                try:
                    found[cause.slug] = outcome(Proof(cause, prover), matcher)
                except (OSError, RuntimeError, Problem) as error:  # A library that cannot be imported ends the prover.
                    found[cause.slug] = Outcome("changed", (f"the prover could not go on: {error}",))
                    break
    return Proved(platform.python_version(), _versions(), found)


def outcome(proof: Proof, matcher: Matcher) -> Outcome:
    """Prove a cause with the versions that are there, as far as it says that these have it."""
    facts = proof.cause.facts
    if not has_it(facts.versions, installed):
        return Outcome("retired") if facts.retired else _absent(proof)
    proof.begin()
    problems = [*caught(proof.problems)] or [
        *caught(proof.unearned),
        *caught(proof.needless),
        *caught(partial(_lost, proof, matcher)),
    ]
    if problems:
        return Outcome("changed", tuple(map(_said, problems)), _dump(proof))
    signature = _signature(proof)
    led = leads_to(matcher, signature) == proof.cause.slug if signature else None
    return Outcome("proved", stack=led)


def _absent(proof: Proof) -> Outcome:
    """Judge a cause that, as its page says, these versions do not have."""
    why = proof.not_stuck(proof.broken)
    if why and proof.broken.end != "broke off":
        return Outcome("absent", (why,))
    what = f"{why or 'broken.py is stuck as always'}, and `versions` of cause.toml says that these have it not"
    return Outcome("changed", (what,), _dump(proof))


def _lost(proof: Proof, matcher: Matcher) -> Iterator[Problem]:
    """Yield that the stack of the run, pasted, leads elsewhere than the stack that the page shows."""
    now, shown = leads_to(matcher, _signature(proof)), leads_to(matcher, _shown(proof.cause))
    if now != shown:
        what = f"its stack leads to {now or 'nothing'}, and the one on the page leads to {shown or 'nothing'}"
        yield Problem(proof.cause.broken, proof.cause.mark(), what, "See `unstuck explain`.")


def leads_to(matcher: Matcher, signature: data.Signature | None) -> str | None:
    """Return the cause that a stack leads to first, when it is pasted as a traceback has it, once for each thread."""
    if signature is None:
        return None
    split = (frame.partition(":") for frame in (*signature["above"], *signature["frames"]))
    lines = [f'  File "/site-packages/{module.replace(".", "/")}.py", line 1, in {name}' for module, _, name in split]
    head = ["A thread of the event loop waits here."] if signature["on_loop"] else []
    stack = "\n".join([*head, "Traceback (most recent call last):", *lines])
    answers = matcher.answer("\n\n".join([stack] * max(signature["threads"], 1)))
    return next((answer.slug for answer in answers if answer.how_sure == "stack"), None)


def _signature(proof: Proof) -> data.Signature | None:
    return data.of_broken(evidence.signatures(proof))


def _shown(cause: Cause) -> data.Signature | None:
    return data.of_broken(json.loads(read(cause.evidence / "signatures.json")))


def _versions() -> dict[str, str]:
    return {found.name.lower().replace("_", "-"): found.version for found in distributions()}


def _said(problem: Problem) -> str:
    return f"{problem.place}: {problem.what}"


def _dump(proof: Proof) -> str:
    """Return what an operator would see of either program."""
    parts = []
    for program, run in ((proof.cause.broken, proof.broken), (proof.cause.fixed, proof.fixed)):
        ends = f"{program.name} {run.end} after {run.seconds:g} s"
        texts = [ends, *run.dumps.values(), "" if run.dumps else run.error, run.why, run.output]
        whole = "\n\n".join(text.strip() for text in texts if text.strip())
        parts.append(whole[:MUCH].replace(f"{sys.prefix}/", "").replace(f"{root()}/", ""))
    return "\n\n".join(parts)


def main() -> None:
    """Print what was found."""
    json.dump(asdict(prove(Matcher(data.load()))), sys.stdout)


if __name__ == "__main__":
    main()
