"""`unstuck find`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from unstuck import data


class Format(StrEnum):
    """How the findings are printed."""

    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"


Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PATH]...", help="Files, folders, or - for standard input.", show_default="this folder"),
]
Select = Annotated[
    list[str] | None,
    typer.Option(metavar="CAUSE", help="Look for this cause only; more of them by commas.", show_default="all"),
]
Ignore = Annotated[list[str] | None, typer.Option(metavar="CAUSE", help="Do not look for this cause.")]
OutputFormat = Annotated[Format, typer.Option("--format", help="How to print what is found.")]
Json = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
ReportUnused = Annotated[bool, typer.Option("--report-unused", help="Report suppressions that suppress nothing.")]
Rules = Annotated[bool, typer.Option("--rules", help="List the causes that can be found, and stop.")]


def find(
    paths: Paths = None,
    select: Select = None,
    ignore: Ignore = None,
    output_format: OutputFormat = Format.text,
    json: Json = False,
    report_unused: ReportUnused = False,
    rules: Rules = False,
) -> None:
    """Report the places in your code that can get stuck.

    The exit code is 0 when nothing is found, 1 when something is, 2 when a PATH cannot be searched.
    """
    from rich.console import Console

    from unstuck.finder import formats, sarif
    from unstuck.finder.findings import about, findings
    from unstuck.finder.rules import choose
    from unstuck.finder.search import search

    known = data.load()
    chosen = choose(known["causes"], _split(select), _split(ignore))
    if rules:
        typer.echo(formats.rule_list(chosen))
        raise typer.Exit(0)
    result = search(paths or ["."], chosen, [cause["slug"] for cause in known["causes"]])
    found = findings(result, known, chosen if report_unused else ())
    for problem in result.problems:
        typer.echo(str(problem), err=True)
    match Format.json if json else output_format:
        case Format.text:
            formats.print_text(found, result.files, Console(highlight=False, soft_wrap=True))
        case Format.json:
            typer.echo(formats.as_json(found))
        case Format.github:
            typer.echo(formats.as_github(found), nl=bool(found))
        case Format.sarif:
            typer.echo(sarif.as_sarif(found, [about(known)[rule.slug] for rule in chosen]))
    raise typer.Exit(1 if found else 2 if result.incomplete else 0)


def _split(slugs: list[str] | None) -> list[str]:
    return [slug.strip() for several in slugs or [] for slug in several.split(",") if slug.strip()]
