from __future__ import annotations

import pytest

from unstuck import data
from unstuck.catalogue import root
from unstuck.matcher import Matcher


@pytest.fixture(scope="session")
def known() -> data.Data:
    return data.build(root())


@pytest.fixture(scope="session")
def matcher(known: data.Data) -> Matcher:
    return Matcher(known)
