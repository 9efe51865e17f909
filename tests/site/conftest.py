"""The site as both engines build it from its sources: whole below a prefix, and one page without any address."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from unstuck.catalogue import root
from unstuck.pages import machines
from unstuck.pages.built import Site
from unstuck.pages.served import served

PREFIX = "/unstuck/"
ADDRESSES = {
    "SITE_URL": f"https://site.example{PREFIX}",
    "REPO_URL": "https://github.com/owner/unstuck",
    "EDIT_URI": "edit/main/docs/",
}
_COLOURS = re.compile(r"\x1b\[[\d;]*m")
SOURCES = ("mkdocs.yml", "docs", "overrides", "snippets")


def build(sources: Path, addresses: dict[str, str], prefix: str) -> dict[str, Site]:
    """Run both engines side by side, each as strict as it can be, and complete what they built."""
    folders = {"mkdocs": sources.parent / "mkdocs", "zensical": sources / "site"}
    options = {"mkdocs": ["--site-dir", str(folders["mkdocs"])], "zensical": []}
    with pytest.MonkeyPatch.context() as patch:
        for name in ADDRESSES:
            patch.delenv(name, raising=False)
        for name, value in {**addresses, "NO_MKDOCS_2_WARNING": "1"}.items():
            patch.setenv(name, value)
        started = {
            engine: subprocess.Popen(
                [sys.executable, "-m", engine, "build", "--strict", *options[engine]],
                cwd=sources,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for engine in folders
        }
        said = {engine: _COLOURS.sub("", process.communicate()[0]) for engine, process in started.items()}
        if red := [engine for engine, process in started.items() if process.returncode]:
            pytest.fail("\n".join(f"{engine} build --strict:\n{said[engine]}" for engine in red), pytrace=False)
        for folder in folders.values():
            machines.write(sources, folder)
    return {engine: Site(folder, prefix) for engine, folder in folders.items()}


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Site]:
    """The whole site by engine, as the publishing workflow builds it."""
    sources = tmp_path_factory.mktemp("published") / "sources"
    sources.mkdir()
    for name in SOURCES:
        source = root() / name
        if source.is_file():
            shutil.copy(source, sources)
        else:
            shutil.copytree(source, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
    return build(sources, ADDRESSES, PREFIX)


@pytest.fixture(scope="session")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Site]:
    """A site of one page by engine, built without any address in the environment."""
    sources = tmp_path_factory.mktemp("at_home") / "sources"
    one_page(sources)
    return build(sources, {}, "/")


@pytest.fixture
def one_page_site(tmp_path: Path) -> Path:
    """The sources of a site of one page, to break."""
    one_page(tmp_path / "sources")
    return tmp_path / "sources"


@pytest.fixture(scope="session", params=["mkdocs", "zensical"])
def site(request: pytest.FixtureRequest, published: dict[str, Site]) -> Site:
    """The whole site, once for each engine."""
    return published[request.param]


@pytest.fixture(scope="session")
def home(site: Site) -> Iterator[str]:
    """The address of the start page, below the prefix of a host on this machine."""
    with served(site) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser: the one that the environment names, the machine's, or the one that Playwright installed.

    It finds no host but this machine.
    While it is open, an event loop runs in this thread, so it is closed before other tests start one of their own.
    """
    with sync_playwright() as playwright:
        found = os.environ.get("UNSTUCK_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu", alone])
        yield browser
        browser.close()


def one_page(sources: Path) -> None:
    """Write a site of one page that has the real configuration and theme."""
    docs = sources / "docs"
    docs.mkdir(parents=True)
    config = (root() / "mkdocs.yml").read_text(encoding="utf-8")
    (sources / "mkdocs.yml").write_text(config[: config.index("\nnav:")] + "\nnav: [index.md]\n", encoding="utf-8")
    (docs / "index.md").write_text("# One page\n\nIt holds one sentence.\n", encoding="utf-8")
    shutil.copy(root() / "docs" / "causes.json", docs)
    shutil.copytree(root() / "docs" / "assets", docs / "assets")
    shutil.copytree(root() / "overrides", sources / "overrides")
