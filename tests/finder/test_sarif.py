"""SARIF 2.1.0, as code scanning reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from typer.testing import Result

from unstuck.data import Data

Find = Callable[..., Result]


class Part(BaseModel):
    """A part of a log, with the properties that are used here and no other."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


Level = Literal["none", "note", "warning", "error"]
FromOne = Annotated[int, Field(ge=1)]
Uri = Annotated[str, Field(pattern=r"^[!-~]+$")]


class Message(Part):
    text: Annotated[str, Field(min_length=1)]


class Configuration(Part):
    level: Level


class Described(Part):
    id: str
    name: str
    short_description: Message
    full_description: Message
    help: Message
    help_uri: Annotated[str, Field(pattern="^https://")] | None = None
    default_configuration: Configuration


class Driver(Part):
    name: str
    version: str
    rules: list[Described]


class Tool(Part):
    driver: Driver


class Region(Part):
    start_line: FromOne
    start_column: FromOne
    end_line: FromOne
    end_column: FromOne


class Artifact(Part):
    uri: Uri
    uri_base_id: str | None = None


class Physical(Part):
    artifact_location: Artifact
    region: Region | None = None


class Location(Part):
    physical_location: Physical


class Found(Part):
    rule_id: str
    rule_index: Annotated[int, Field(ge=0)]
    level: Level
    message: Message
    locations: list[Location]

    @property
    def place(self) -> Physical:
        return self.locations[0].physical_location


class Run(Part):
    tool: Tool
    column_kind: Literal["utf16CodeUnits", "unicodeCodePoints"]
    results: list[Found]


class Log(Part):
    """What OASIS's schema asks of the properties that are used here."""

    schema_: Annotated[Uri, Field(alias="$schema")]
    version: Literal["2.1.0"]
    runs: Annotated[list[Run], Field(min_length=1, max_length=1)]


def parsed(result: Result) -> Run:
    return Log.model_validate_json(result.stdout).runs[0]


@pytest.fixture
def run(find: Find, tmp_path: Path) -> Run:
    """The run of a search with a finding of each sort."""
    notebook = '{"cells": [{"cell_type": "code", "source": "x.wait_for_ever()"}], "metadata": {}, "nbformat": 4}'
    (tmp_path / "a ä.py").write_text("x.wait_for_ever(\n  1)  # unstuck: ignore\n")
    (tmp_path / "n.ipynb").write_text(notebook)
    return parsed(find("--format", "sarif"))


def test_a_finding_has_a_place_below_the_root(run: Run) -> None:
    """Addresses are relative and quoted, lines and columns count from 1, the end is after the last character."""
    assert run.results[0].place.model_dump() == {
        "artifact_location": {"uri": "a%20%C3%A4.py", "uri_base_id": "%SRCROOT%"},
        "region": {"start_line": 1, "start_column": 1, "end_line": 2, "end_column": 5},
    }


def test_a_finding_in_a_notebook_has_its_cell_in_the_message(run: Run) -> None:
    """The file's own lines are JSON, so there is no region."""
    assert run.results[2].place.region is None
    assert run.results[2].message.text.startswith("n.ipynb:cell 1:1:1: ")


def test_a_finding_refers_to_its_rule(run: Run) -> None:
    """Each cause that was looked for is described, found or not, and so is a suppression that does nothing."""
    rules = [rule.id for rule in run.tool.driver.rules]

    assert rules == ["wait-without-end", "request-without-timeout", "suppression"]
    assert [result.rule_id for result in run.results] == ["wait-without-end", "suppression", "wait-without-end"]
    assert [rules[result.rule_index] for result in run.results] == [result.rule_id for result in run.results]


def test_a_file_elsewhere_has_a_whole_address(find: Find, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies outside the working folder is not below its root."""
    (tmp_path / "a.py").write_text("x.wait_for_ever()\n")
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    run = parsed(find("--format", "sarif", "../a.py"))

    assert run.results[0].place.artifact_location == Artifact(uri=(tmp_path / "a.py").as_uri())


def test_a_page_on_the_web_is_the_help_of_its_rule(find: Find, known: Data) -> None:
    """Where the site's address is known; a relative one would be no address in a report."""
    known["causes"][0]["url"] = "https://unstuck.example/causes/wait-without-end/"
    run = parsed(find("--format", "sarif", "-", stdin="x = 1\n"))

    assert [rule.help_uri for rule in run.tool.driver.rules] == [known["causes"][0]["url"], None]
