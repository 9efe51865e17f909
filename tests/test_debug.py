"""What the pages of the debug steps promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from unstuck import captures, evidence

Texts = dict[Path, dict[str, str]]


@pytest.fixture(scope="module")
def captured() -> Texts:
    return captures.capture(captures.folders())


@pytest.mark.parametrize("folder", captures.folders(), ids=lambda folder: folder.name)
def test_output_is_what_the_tools_print(folder: Path, captured: Texts) -> None:
    """Every output of a debug step is what its tools print today for a program that is stuck."""
    problems = evidence.differences(folder / "evidence", captured[folder])
    assert "\n\n".join(map(str, problems)) == ""
