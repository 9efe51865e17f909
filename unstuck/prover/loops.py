"""Counts how often the loops of a program go round.

The program is compiled with a counter at the head of each `for` and `while` loop: a new one each time the loop is
entered, one step for each pass. Lines, names and values stay as they are. So which loop of nested ones it is that
does not end is known exactly, and not guessed from where the program happens to be.
"""

from __future__ import annotations

import ast
import sys
import weakref
from collections.abc import Callable
from types import CodeType

PASSES = 100_000  # no healthy program of this collection goes round one loop as often

_ENTER = "_unstuck_enter"


class Loop:
    """A loop that has been entered: its header, the function it is in and the passes so far."""

    __slots__ = ("__weakref__", "_too_many", "function", "line", "passes")

    def __init__(self, line: int, function: CodeType, too_many: Callable[[Loop], None]) -> None:
        self.line = line
        self.function = function
        self.passes = 0
        self._too_many = too_many

    def __call__(self) -> None:
        self.passes += 1
        if self.passes == PASSES:
            self._too_many(self)


class Loops:
    """The loops of a program; `too_many` is called in the thread whose loop has gone round too often."""

    def __init__(self, too_many: Callable[[Loop], None]) -> None:
        self._too_many = too_many
        self._entered: dict[int, weakref.ref[Loop]] = {}

    def compile(self, source: str, path: str) -> CodeType:
        """Compile a program whose globals are to be `names` with counters in its loops; raise SyntaxError."""
        tree = ast.fix_missing_locations(_Counted().visit(ast.parse(source, path)))
        return compile(tree, path, "exec", dont_inherit=True)

    def names(self) -> dict[str, Callable[[int], Loop]]:
        """Return what the compiled program needs among its globals."""
        return {_ENTER: self._enter}

    def passes(self) -> weakref.WeakKeyDictionary[Loop, int]:
        """Return the passes of each loop that was entered and not left; of those that are left later, it forgets."""
        loops = [entered() for entered in list(self._entered.values())]
        return weakref.WeakKeyDictionary({loop: loop.passes for loop in loops if loop is not None})

    def _enter(self, line: int) -> Loop:
        loop = Loop(line, sys._getframe(1).f_code, self._too_many)
        key = id(loop)
        self._entered[key] = weakref.ref(loop, lambda _: self._entered.pop(key, None))
        return loop


class _Counted(ast.NodeTransformer):
    def _loop(self, node: ast.For | ast.AsyncFor | ast.While) -> list[ast.stmt]:
        self.generic_visit(node)
        name = f"_unstuck_loop_{node.lineno}_{node.col_offset}"
        entered = ast.Call(ast.Name(_ENTER, ast.Load()), [ast.Constant(node.lineno)], [])
        enter = ast.Assign([ast.Name(name, ast.Store())], entered)
        step = ast.Expr(ast.Call(ast.Name(name, ast.Load()), [], []))
        leave = ast.Assign([ast.Name(name, ast.Store())], ast.Constant(None))
        for new in (enter, step, leave):
            for part in ast.walk(new):
                ast.copy_location(part, node)
                # Only the header's own line, or a traceback would show the whole loop.
                part.end_lineno, part.end_col_offset = node.lineno, node.col_offset  # type: ignore[attr-defined]
        node.body.insert(0, step)
        return [enter, node, leave]

    visit_For = visit_AsyncFor = visit_While = _loop  # noqa: N815 - the names that ast looks for
