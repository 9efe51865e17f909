"""What a `rule.yml` may hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from unstuck import catalogue
from unstuck.problem import Problem

_KEYS = {"id", "language", "rule", "constraints", "utils"}


def read(path: Path) -> dict[str, Any]:
    """Return what ast-grep needs of a `rule.yml`, or raise the `Problem` that it has."""
    import yaml  # type: ignore[import-untyped]

    remedy = "https://ast-grep.github.io/reference/yaml.html has the grammar of a rule."
    try:
        rule = yaml.load(catalogue.read(path), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "it cannot be read"
        raise Problem(path, mark.line + 1 if mark else None, f"not YAML: {what}", remedy) from None
    if not isinstance(rule, dict) or rule.get("language") != "python" or "rule" not in rule:
        raise Problem(path, 1, "no `language: python` and `rule:` at the top", remedy)
    if rule.get("id") != path.parent.name:
        raise Problem(path, 1, f"`id: {rule.get('id')}` is not the folder's name", f"Write `id: {path.parent.name}`.")
    if unknown := sorted(set(rule) - _KEYS):
        raise Problem(path, 1, f"unknown key `{unknown[0]}`", f"A rule has {', '.join(sorted(_KEYS))}.")
    config = {key: rule[key] for key in ("rule", "constraints", "utils") if key in rule}
    if refused := _refused(config):
        raise Problem(path, 1, f"ast-grep refuses it: {refused}", remedy)
    return config


def _refused(config: dict[str, Any]) -> str | None:
    """Return why ast-grep cannot use a configuration, or nothing."""
    from ast_grep_py import SgRoot

    try:
        SgRoot("", "python").root().find_all(cast(Any, config))
    except Exception as error:  # noqa: BLE001 - ast-grep raises bare exceptions, with a backtrace of its own
        reasons = str(error).partition("\n\nStack backtrace")[0].splitlines()
        return reasons[-1].strip().partition(": ")[2] or reasons[-1].strip()
    return None
