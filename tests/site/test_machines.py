"""What the site has for programs that read it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import jsonschema
import pytest

from unstuck.catalogue import causes, read, root
from unstuck.pages import machines
from unstuck.pages.built import Site
from unstuck.problem import Problem

_LINK = re.compile(r"\]\(([^()\s]+\.md)(?:#[^)]*)?\)")


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """What is written into a site that knows no address."""
    return machines.files(root())


def closed_schema() -> dict[str, Any]:
    """Return the published schema such that a key that it does not name is an error."""
    schema: dict[str, Any] = json.loads(read(root() / "docs" / "causes.schema.json"))
    for part in (schema, *schema["$defs"].values()):
        part["additionalProperties"] = False
    return schema


def test_the_catalogue_keeps_its_schema(made: dict[str, str]) -> None:
    """No key is missing, none is unknown to the schema, and each has the type that is promised."""
    jsonschema.validate(json.loads(made["causes.json"]), closed_schema(), cls=jsonschema.Draft202012Validator)


def test_every_key_is_documented() -> None:
    """The page for machines names each key of the catalogue and its parts."""
    page = read(root() / "docs" / "machines.md")
    schema = closed_schema()
    keys = {key for part in (schema, *schema["$defs"].values()) for key in part["properties"]}
    assert [key for key in sorted(keys) if f"`{key}`" not in page] == []


def test_markdown_holds_what_the_page_shows(made: dict[str, str]) -> None:
    """Each cause has its programs and its stack in it, and no include is left anywhere."""
    for cause in causes():
        page = made[f"causes/{cause.slug}/index.html.md"]
        for shown in (cause.folder / "broken.py", cause.folder / "fixed.py", cause.evidence / "stuck.txt"):
            assert read(shown) in page
    assert [path for path, text in made.items() if re.search(r"(?m)^ *--8<--|^<div|^::: ", text)] == []


def test_links_of_markdown_lead_to_markdown(made: dict[str, str]) -> None:
    """From each place that a text stands in, its links lead to a file that is written too."""
    links = [(path, urljoin(path, link)) for path, text in made.items() for link in _LINK.findall(text)]
    assert len(links) > 500
    assert [(path, link) for path, link in links if link not in made] == []


def test_every_page_names_its_markdown(site: Site) -> None:
    """The head of each page leads to it, and `llms.txt` lists it."""
    index = read(site.folder / "llms.txt")
    for name, page in site.pages.items():
        named = "index.html.md" in {reference.address for reference in page.references}
        assert named == (name != "404.html")
        assert not named or f"(https://site.example/unstuck/{name}.md): " in index


def test_addresses_are_whole_where_the_site_has_one(site: Site) -> None:
    """The catalogue of a published site says where each page is."""
    known = json.loads(read(site.folder / "causes.json"))
    assert {cause["url"].removesuffix(cause["page"]) for cause in known["causes"]} == {known["site"]}
    assert known["site"] == "https://site.example/unstuck/"


def test_a_site_that_is_not_built_is_named(tmp_path: Path) -> None:
    """Nothing is written beside pages that are not there."""
    with pytest.raises(Problem, match="make site"):
        machines.write(root(), tmp_path)
    assert list(tmp_path.iterdir()) == []
