"""Whether a cause is one that the catalogue has already."""

from __future__ import annotations

import ast
import builtins
import json
from collections.abc import Iterator

from unstuck.catalogue import Cause, causes, parse
from unstuck.problem import Problem
from unstuck.text import written


def problems(cause: Cause) -> Iterator[Problem]:
    """Yield each other cause that is the same, or that gets stuck in the same calls without being told apart."""
    for other in causes(cause.clone):
        if other.slug == cause.slug or other.facts.kind != cause.facts.kind:
            continue
        if _shape(cause) == _shape(other):
            what = f"the same cause as {other.slug}: the programs differ in names and texts only"
            yield Problem(cause.broken, None, what, f"Add what is new to the page of {other.slug}.")
        elif other.slug not in cause.facts.neighbours and _signature(cause) and _signature(cause) == _signature(other):
            what = f"it is stuck in the same calls as {other.slug}"
            remedy = f"Say below [neighbours] what tells it from {other.slug}, or add it to that page."
            yield Problem(cause.toml, cause.line("neighbours"), what, remedy)


def _shape(cause: Cause) -> tuple[str, str]:
    return _anonymous(parse(cause.broken)), _anonymous(parse(cause.fixed))


def _anonymous(tree: ast.Module) -> str:
    """Return a program's syntax tree as text, without the names and the texts that are its own."""
    given = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    given |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    given |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    given |= {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    return ast.dump(_Anonymous(given - set(dir(builtins))).visit(tree))


class _Anonymous(ast.NodeTransformer):
    def __init__(self, names: set[str]) -> None:
        self._names = names

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for field, value in ast.iter_fields(node):
            if isinstance(value, str) and value in self._names:
                setattr(node, field, "_")
        return super().generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        self.generic_visit(node)
        return ast.JoinedStr([value for value in node.values if not isinstance(value, ast.Constant)])


def _signature(cause: Cause) -> object:
    """Return the calls in which the broken program is stuck, as its evidence has them; nothing where there are none."""
    found = json.loads(written(cause.evidence / "signatures.json") or "[]")
    return next((entry for entry in found if entry["program"] == "broken" and entry["frames"]), None)
