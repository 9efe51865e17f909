"""The findings as text for people, as JSON, and as annotations for GitHub."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.text import Text

from unstuck.finder.findings import Finding
from unstuck.finder.rules import Rule

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def place(finding: Finding) -> str:
    """Return file, cell, line and column, as editors and terminals link them."""
    cell = f"cell {finding.cell}:" if finding.cell else ""
    return f"{finding.file}:{cell}{finding.line}:{finding.column}"


def print_text(findings: Sequence[Finding], files: int, console: Console) -> None:
    """Print each finding with its source, then a count."""
    for finding in findings:
        console.print(_paragraph(finding))
    searched = "1 file" if files == 1 else f"{files} files"
    places = "1 place" if len(findings) == 1 else f"{len(findings)} places"
    console.print(f"{places} found in {searched}." if findings else f"Nothing found in {searched}.")


def as_json(findings: Sequence[Finding]) -> str:
    """Return a list with one object for each finding."""
    return json.dumps([_flat(finding) for finding in findings], indent=2)


def as_github(findings: Sequence[Finding]) -> str:
    """Return one workflow command for each finding; a place in a notebook has no line that GitHub could show."""
    return "\n".join(_command(finding) for finding in findings)


def rule_list(rules: Sequence[Rule]) -> str:
    """Return a line for each cause that can be found: its slug, its title and what finds it."""
    width = max((len(rule.slug) for rule in rules), default=0)
    by = {rule.slug: ", ".join([*rule.ruff, *(["ast-grep"] if rule.config else [])]) for rule in rules}
    return "\n".join(f"{rule.slug:<{width}}  {rule.cause['title']} ({by[rule.slug]})" for rule in rules)


def _paragraph(finding: Finding) -> Text:
    about = finding.about
    text = Text()
    text.append(place(finding), "bold")
    text.append(f": {about.title} ")
    text.append(f"[{about.slug}]\n", "yellow")
    width = len(str(finding.excerpt[-1][0]))
    for number, line in finding.excerpt:
        marked = number == finding.line
        shown = _CONTROL.sub("?", line).rstrip()
        text.append(f"  {'>' if marked else ' '} {number:>{width}} |{' ' if shown else ''}", "dim")
        text.append(f"{shown}\n", "bold" if marked else "")
    text.append(f"  {about.summary}\n  {about.fix}\n")
    text.append(f"  {about.url}\n", "cyan")
    return text


def _flat(finding: Finding) -> dict[str, object]:
    fields = asdict(finding)
    excerpt = dict(fields.pop("excerpt"))
    return {**fields.pop("about"), **fields, "source": excerpt[finding.line]}


def _command(finding: Finding) -> str:
    about = finding.about
    where = {"file": finding.file, "title": f"{about.title} ({about.slug})"}
    if finding.cell is None:
        where |= {"line": str(finding.line), "col": str(finding.column), "endLine": str(finding.end_line)}
    properties = ",".join(f"{key}={_escape(value, ':,')}" for key, value in where.items())
    start = f"{place(finding)}: " if finding.cell else ""
    return f"::warning {properties}::{_escape(f'{start}{about.summary} {about.fix} {about.url}')}"


def _escape(text: str, also: str = "") -> str:
    """Percent-encode what ends a value in a workflow command."""
    for character in "%\r\n" + also:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
