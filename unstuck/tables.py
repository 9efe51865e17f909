"""TOML that a schema describes: what is wrong with it is said with the line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from unstuck.problem import Problem

Model = TypeVar("Model", bound=BaseModel)


def parse(model: type[Model], path: Path, text: str) -> Model:
    """Return what a file says, or raise the `Problem` that its text has."""
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found[1]) if found else len(text.splitlines())
        raise Problem(
            path, line, f"not TOML: {error}", "Correct the syntax; https://toml.io has the grammar."
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        what = first["msg"].removeprefix("Value error, ")
        raise Problem(
            path,
            line_of(text, first["loc"]) or 1,
            f"`{key}`: {what}" if key else what,
            "CONTRIBUTING.md has the grammar of cause.toml.",
        ) from None


def line_of(text: str, loc: tuple[int | str, ...]) -> int | None:
    """Return the line where the deepest key of `loc` that stands in the text is written."""
    lines, at = text.splitlines(), 0
    found = None
    for part, following in zip(loc, (*loc, None)[1:], strict=True):
        if isinstance(part, int):
            continue
        index = following if isinstance(following, int) else 0
        name = re.escape(part)
        key = re.compile(rf"\s*\"?{name}\"?\s*=|\s*\[{{1,2}}[\w.\"-]*\b{name}\"?\]")
        hits = [n for n, line in enumerate(lines) if n >= at and key.match(line)]
        if not hits:
            continue
        at = hits[min(index, len(hits) - 1)]
        found = at + 1
    return found
