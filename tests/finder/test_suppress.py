"""`# unstuck: ignore[cause] reason`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from typer.testing import Result

Find = Callable[..., Result]


def places(result: Result) -> list[tuple[int, str]]:
    import json

    return [(finding["line"], finding["slug"]) for finding in json.loads(result.stdout)]


@pytest.mark.parametrize(
    "comment",
    [
        "# unstuck: ignore[wait-without-end] the caller has a deadline",
        "#unstuck:ignore[ wait-without-end ] - the caller has a deadline",
        "# noqa: E501  # unstuck: ignore[wait-without-end] the caller has a deadline  # type: ignore",
        "# unstuck: ignore[request-without-timeout, wait-without-end] both are bounded by the caller",
    ],
)
def test_a_cause_and_a_reason_suppress(find: Find, comment: str) -> None:
    """On the line that is reported."""
    assert find("-", stdin=f"x.wait_for_ever()  {comment}\n").exit_code == 0


@pytest.mark.parametrize(
    ("comment", "why"),
    [
        ("# unstuck: ignore", "It names no cause."),
        ("# unstuck: ignore[] because", "It names no cause."),
        ("# unstuck: ignore[wait-without-end]", "It gives no reason."),
        ("# unstuck: ignore[wait-without-end] -", "It gives no reason."),
        ("# unstuck: ignore[wait-without-and] because", "There is no cause `wait-without-and`."),
    ],
)
def test_a_suppression_needs_both(find: Find, comment: str, why: str) -> None:
    """Without, it does nothing, and is itself reported."""
    result = find("--json", "-", stdin=f"x.wait_for_ever()  {comment}\n")

    assert places(result) == [(1, "wait-without-end"), (1, "suppression")]
    assert why in result.stdout


@pytest.mark.parametrize(
    "text",
    [
        "# unstuck: ignore[wait-without-end] reason\nx.wait_for_ever()\n",
        "x.wait_for_ever('''\n''')  # unstuck: ignore[wait-without-end] reason\n",
        "x.wait_for_ever('# unstuck: ignore[wait-without-end] reason')\n",
        "x.wait_for_ever()  # unstuck: ignore[request-without-timeout] reason\n",
    ],
)
def test_it_holds_for_its_own_line_and_cause(find: Find, text: str) -> None:
    """Not for the next line, not from inside a string, not for another cause."""
    assert "wait-without-end" in [slug for _, slug in places(find("--json", "-", stdin=text))]


UNUSED = "x.wait(1)  # unstuck: ignore[wait-without-end] it was one\n"


def test_one_that_is_no_longer_needed_is_reported_on_request(find: Find) -> None:
    """As ruff does it: a rule of its own, for a clean-up."""
    assert find("-", stdin=UNUSED).exit_code == 0
    assert places(find("--json", "--report-unused", "-", stdin=UNUSED)) == [(1, "suppression")]


def test_one_that_was_not_looked_for_is_not_unused(find: Find) -> None:
    """A search for some causes says nothing of the others."""
    assert find("--report-unused", "--ignore", "wait-without-end", "-", stdin=UNUSED).exit_code == 0


def test_one_in_use_is_not_unused(find: Find) -> None:
    """It did its work."""
    used = "x.wait_for_ever()  # unstuck: ignore[wait-without-end] bounded by the caller\n"

    assert find("--report-unused", "-", stdin=used).exit_code == 0
