"""The findings as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from unstuck.finder.findings import About, Finding
from unstuck.finder.formats import place

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_sarif(findings: Sequence[Finding], rules: Iterable[About]) -> str:
    """Return a log with one run; `rules` are the causes that were looked for, found or not."""
    known = {rule.slug: rule for rule in rules} | {finding.about.slug: finding.about for finding in findings}
    index = {slug: number for number, slug in enumerate(known)}
    driver = {
        "name": "unstuck",
        "version": version("unstuck"),
        "rules": [_rule(rule) for rule in known.values()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index[finding.about.slug]) for finding in findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(about: About) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": about.slug,
        "name": "".join(word.capitalize() for word in about.slug.split("-")),
        "shortDescription": {"text": about.title},
        "fullDescription": {"text": about.summary},
        "help": {"text": f"{about.fix} {about.url}"},
        "defaultConfiguration": {"level": "warning"},
    }
    if about.url.startswith("https://"):
        rule["helpUri"] = about.url
    return rule


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": _artifact(finding.file)}
    where = ""
    if finding.cell is None:
        location["region"] = {
            "startLine": finding.line,
            "startColumn": finding.column,
            "endLine": finding.end_line,
            "endColumn": finding.end_column,
        }
    else:
        where = f"{place(finding)}: "
    return {
        "ruleId": finding.about.slug,
        "ruleIndex": rule,
        "level": "warning",
        "message": {"text": f"{where}{finding.about.summary} {finding.about.fix}"},
        "locations": [{"physicalLocation": location}],
    }


def _artifact(file: str) -> dict[str, str]:
    """Return an address below the working folder, which is the repository's root in CI, or an absolute one."""
    path = Path(os.path.abspath(file))
    if path.is_relative_to(Path.cwd()):
        return {"uri": quote(path.relative_to(Path.cwd()).as_posix()), "uriBaseId": "%SRCROOT%"}
    return {"uri": path.as_uri()}
