"""The command line."""

from __future__ import annotations

import sys

import typer

from unstuck import commands
from unstuck.explain import explain
from unstuck.finder.command import find
from unstuck.live import run
from unstuck.problem import Problem

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Why is my LangChain program stuck, and what do I change?",
)
app.command()(explain)
app.command()(find)
app.command()(run)
app.command()(commands.new)
app.command()(commands.check)
app.command()(commands.machines)


def main() -> None:
    """Run the command line; say a problem in words, never as a traceback."""
    try:
        app()
    except Problem as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
