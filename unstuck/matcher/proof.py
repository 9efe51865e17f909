"""Whether a pasted error leads to the cause that claims it."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.catalogue import Cause
from unstuck.data import Data
from unstuck.matcher.match import Matcher
from unstuck.problem import Problem


def problems(cause: Cause, known: Data) -> Iterator[Problem]:
    """Yield each error text of a cause that does not have its page first, as the error that it is."""
    matcher = Matcher(known) if cause.facts.errors else None
    for number, error in enumerate(cause.facts.errors):
        first = next(iter(matcher.answer(error.text) if matcher else ()), None)
        if first is None or (first.slug, first.how_sure) != (cause.slug, "error"):
            what = f"pasted, {error.text!r} leads to {first.slug if first else 'nothing'}"
            remedy = "Take a piece of the text that is longer, and that only this cause shows."
            yield Problem(cause.toml, cause.line("errors", number), what, remedy)
