"""Programs and proofs that are changed on purpose, to see whether a proof notices."""

from __future__ import annotations

import ast
import difflib
import re
from dataclasses import dataclass
from pathlib import Path

from unstuck.catalogue import Cause, read

MARKER = re.compile(r"[ \t]*# (?:stuck|cause)$", re.MULTILINE)

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_RAISE = ast.parse("raise RuntimeError('nothing is left of this program')").body


@dataclass(frozen=True)
class Hunk:
    """A contiguous part of the fix: lines of the broken program and what stands in their place, both from 0."""

    broken: tuple[int, int]
    fixed: tuple[int, int]


def hunks(cause: Cause) -> list[Hunk]:
    """Return the parts of a cause's fix."""
    broken, fixed = plain(cause.broken).splitlines(), plain(cause.fixed).splitlines()
    codes = difflib.SequenceMatcher(None, broken, fixed, autojunk=False).get_opcodes()
    return [Hunk((a, b), (c, d)) for tag, a, b, c, d in codes if tag != "equal"]


def undo(cause: Cause, hunk: Hunk) -> str:
    """Return the fixed program without one part of the fix."""
    broken, fixed = plain(cause.broken).splitlines(), plain(cause.fixed).splitlines()
    lines = fixed[: hunk.fixed[0]] + broken[slice(*hunk.broken)] + fixed[hunk.fixed[1] :]
    return "\n".join(lines) + "\n"


def plain(program: Path) -> str:
    """Return the source of a program without its markers."""
    return MARKER.sub("", read(program))


def without_line(source: str, line: int) -> str:
    """Return a source text with the statement at a line taken out; of a loop or a branch, only its header."""
    lines = source.splitlines()
    statements = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt) and node.lineno == line]
    if not statements:
        return "\n".join(lines[: line - 1] + lines[line:]) + "\n"
    node = statements[0]
    indent = " " * node.col_offset
    body = getattr(node, "body", None)
    first, last = node.lineno - 1, node.end_lineno or node.lineno
    if isinstance(body, list) and body:
        lines[first : body[0].lineno - 1] = [f"{indent}if True:"]
    else:
        lines[first:last] = [f"{indent}pass"]
    return "\n".join(lines) + "\n"


def emptied(source: str) -> str:
    """Return a program whose functions all raise, or that raises at once when it has none."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)]
    for function in functions:
        kept = function.body[:1] if ast.get_docstring(function) is not None else []  # a tool must have one
        function.body = [*kept, *_RAISE]
    return ast.unparse(tree) if functions else ast.unparse(_RAISE[0])


def asked_otherwise(proof: str) -> str:
    """Return a proof that passes other words and numbers to the program."""
    return ast.unparse(_Asker().visit(ast.parse(proof)))


class _Asker(ast.NodeTransformer):
    """Changes the constants in the arguments of each call of a function of the program."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "program":
            for constant in (inner for argument in node.args for inner in ast.walk(argument)):
                if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                    constant.value += "?"
                elif isinstance(constant, ast.Constant) and type(constant.value) in {int, float}:
                    constant.value += 1  # type: ignore[operator]
        return self.generic_visit(node)
