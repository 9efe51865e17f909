"""What a scenario is played with: modules of a source's own name and path, and a provider if it asks for one."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from unstuck.fakes.provider import Provider
from unstuck.prover import network


def module(name: str, path: str) -> ModuleType:
    """Return a new, empty module, which is imported under this name from now on."""
    made = ModuleType(name)
    made.__file__ = path
    sys.modules[name] = made
    return made


def given(scenario: Callable[..., Any]) -> dict[str, Provider]:
    """Return the provider of a scenario that has a parameter for it; from now on every client is led there."""
    if "provider" not in inspect.signature(scenario).parameters:
        return {}
    provider = Provider()
    network.lead_to(provider.port)
    os.environ["OPENAI_BASE_URL"] = provider.base_url
    return {"provider": provider}
