"""Versions of libraries: which ones are there, and whether a cause applies to them."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Annotated

from pydantic import AfterValidator


def installed(name: str) -> str:
    """Return the version that runs here of a distribution, or of Python."""
    return platform.python_version() if name == "python" else version(name)


def _range(text: str) -> str:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        raise ValueError(f"{text!r} is no range of versions, such as '>=1.0,<3'") from None
    return text


Span = Annotated[str, AfterValidator(_range)]
"""A range of versions; `packaging` is imported late, for an installed wheel does without it."""


def has_it(versions: Mapping[str, str], there: Callable[[str], str]) -> bool:
    """Tell whether every version that is there lies in its range; one that is not released yet counts as well."""
    from packaging.specifiers import SpecifierSet

    return all(SpecifierSet(span).contains(there(name), prereleases=True) for name, span in versions.items())
