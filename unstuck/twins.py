"""Whether a cause is one that the catalogue has already."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from unstuck import data
from unstuck.catalogue import Cause, causes, parse
from unstuck.problem import Problem


def problems(cause: Cause) -> Iterator[Problem]:
    """Yield each other cause that is the same, or that gets stuck in the same calls without being told apart."""
    for other in causes(cause.clone):
        if other.slug == cause.slug or other.facts.kind != cause.facts.kind:
            continue
        if _shape(cause) == _shape(other):
            what = f"the same cause as {other.slug}: the programs differ in names and texts only"
            yield Problem(cause.broken, None, what, f"Add what is new to the page of {other.slug}.")
        elif other.slug not in cause.facts.neighbours and _in_the_same_calls(cause, other):
            what = f"it is stuck in the same calls as {other.slug}"
            remedy = f"Say below [neighbours] what tells it from {other.slug}, or add it to that page."
            yield Problem(cause.toml, cause.line("neighbours"), what, remedy)


def _in_the_same_calls(cause: Cause, other: Cause) -> bool:
    stack = data.of_broken(data.signatures(cause))
    return stack is not None and stack == data.of_broken(data.signatures(other))


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
