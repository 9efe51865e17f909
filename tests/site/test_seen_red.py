"""What the builds of the site are asked to see, they see; what the sources must not hold, tests/contributions has."""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort
from pymdownx.snippets import SnippetMissingError  # type: ignore[import-untyped]

from unstuck.pages.built import Site


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            '--8<-- "snippets/none.py"', "Snippet at path 'snippets/none.py' could not be", id="include missing"
        ),
        pytest.param('--8<-- "snippets/one.py:part"', "part", id="section missing"),
        pytest.param("[it](other.md)", "index.md' contains a link 'other.md'", id="dead link"),
        pytest.param("[it](#there)", "index.md' contains a link '#there'", id="dead anchor"),
        pytest.param("![it](it.png)", "index.md' contains a link 'it.png'", id="image missing"),
        pytest.param("[it](/other/)", "index.md' contains an absolute link '/other/'", id="absolute link"),
        pytest.param(
            "[it](other/)", "index.md' contains an unrecognized relative link 'other/'", id="link to a folder"
        ),
    ],
)
def test_a_strict_build_is_red(
    one_page_site: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, text: str, said: str
) -> None:
    """What MkDocs is asked to check, it does check; the message names the page."""
    (one_page_site / "snippets").mkdir()
    (one_page_site / "snippets" / "one.py").write_text("x = 1\n", encoding="utf-8")
    (one_page_site / "docs" / "index.md").write_text(f"# One page\n\n{text}\n", encoding="utf-8")
    monkeypatch.chdir(one_page_site)
    with pytest.raises((Abort, SnippetMissingError)):
        build(load_config("mkdocs.yml", strict=True))
    assert "index.md" in caplog.text
    assert said in caplog.text


def test_a_page_outside_the_navigation_is_named(
    one_page_site: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is published that no reader can browse to."""
    (one_page_site / "docs" / "lost.md").write_text("# Lost\n", encoding="utf-8")
    monkeypatch.chdir(one_page_site)
    with pytest.raises(Abort):
        build(load_config("mkdocs.yml", strict=True))
    assert "lost.md" in caplog.text


def test_an_unknown_key_of_mkdocs_yml_is_named(
    one_page_site: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Zensical says nothing of it, so MkDocs stays the gate."""
    config = one_page_site / "mkdocs.yml"
    config.write_text(config.read_text(encoding="utf-8").replace("copyright:", "copyleft:"), encoding="utf-8")
    monkeypatch.chdir(one_page_site)
    with pytest.raises(Abort):
        load_config("mkdocs.yml", strict=True)
    assert "copyleft" in caplog.text


@pytest.mark.parametrize(
    ("html", "said"),
    [
        pytest.param('<a href="other/">', "other/ leads nowhere", id="dead link"),
        pytest.param('<a href="#there">', "#there leads nowhere", id="dead anchor"),
        pytest.param('<a href="sub/#there">', "sub/#there leads nowhere", id="dead anchor elsewhere"),
        pytest.param('<a href="/sub/">', "/sub/ leads nowhere", id="absolute link outside the prefix"),
        pytest.param('<a href="../">', "../ leads nowhere", id="link out of the prefix"),
        pytest.param('<img src="it.png">', "it.png leads nowhere", id="image missing"),
        pytest.param('<img srcset="it.png 2x">', "it.png leads nowhere", id="image set missing"),
        pytest.param('<script src="it.js">', "it.js leads nowhere", id="script missing"),
        pytest.param('<script src="https://cdn.example/it.js">', "is loaded from another host", id="foreign script"),
        pytest.param('<link rel="preconnect" href="https://cdn.example">', "is loaded from", id="foreign connection"),
        pytest.param('<img src="//cdn.example/it.png">', "is loaded from another host", id="foreign image"),
        pytest.param('<p style="background: url(https://cdn.example/x)">', "is loaded from", id="foreign style"),
        pytest.param("<style>@import 'https://cdn.example/x';</style>", "is loaded from", id="foreign import"),
    ],
)
def test_a_broken_built_page_is_named(tmp_path: Path, html: str, said: str) -> None:
    """Also what both engines let pass: raw HTML, images, absolute links, other hosts."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "index.html").write_text('<h1 id="here">Sub</h1><a href="../#here">', encoding="utf-8")
    (tmp_path / "index.html").write_text(f'<h1 id="here">One</h1><a href="sub/#here">{html}', encoding="utf-8")
    site = Site(tmp_path, "/prefix/")
    found = [str(problem) for problem in (*site.dead_links(), *site.foreign_loads())]
    assert [problem.startswith(f"{tmp_path / 'index.html'}:1: ") and said in problem for problem in found] == [True]


def test_a_foreign_font_is_named(tmp_path: Path) -> None:
    """A style sheet loads, too."""
    (tmp_path / "it.css").write_text("@font-face { src: url('https://fonts.example/it.woff2') }", encoding="utf-8")
    assert [problem.path.name for problem in Site(tmp_path).foreign_loads()] == ["it.css"]
