"""Each check, seen red: break one thing of a copy, and the message names the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort
from pymdownx.snippets import SnippetMissingError  # type: ignore[import-untyped]

from unstuck.catalogue import root
from unstuck.pages import check
from unstuck.pages.built import Site

SLUG = "model-call-without-timeout"
PAGE = f"docs/causes/{SLUG}.md"
FOLDER = f"snippets/causes/{SLUG}"
LONG = "\n".join(f"number_{n} = {n}" for n in range(7))
COPY = (root() / FOLDER / "broken.py").read_text(encoding="utf-8")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone that holds one cause, its page, the index of the causes and the navigation."""
    for name in ("mkdocs.yml", "docs/causes/index.md", PAGE):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root() / name, tmp_path / name)
    shutil.copytree(root() / FOLDER, tmp_path / FOLDER, ignore=shutil.ignore_patterns("__pycache__"))
    index = tmp_path / "docs" / "causes" / "index.md"
    kept = [
        line for line in index.read_text(encoding="utf-8").splitlines() if SLUG in line or not line.endswith(".md) |")
    ]
    index.write_text("\n".join(kept), encoding="utf-8")
    (tmp_path / FOLDER / "evidence" / "none.md").write_text("\n", encoding="utf-8")
    return tmp_path


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, "nothing is broken by this"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        pytest.param(PAGE, "## Why\n", "## Reason\n", "`## Reason` does not belong here", id="heading renamed"),
        pytest.param(PAGE, "## Why\n", "", "`## Broken` does not belong here", id="heading missing"),
        pytest.param(PAGE, "## Reports\n", "", "`## Reports` is missing", id="last heading missing"),
        pytest.param(PAGE, "## Reports\n", "## Reports\n\n## More\n", "`## More` does not", id="heading too many"),
        pytest.param(PAGE, "## Why\n", "## Why\n\n## Why\n", "`## Why` is empty", id="section empty"),
        pytest.param(PAGE, '??? note "How', '??? note "Why', "does not show its proof", id="proof not folded"),
        pytest.param(PAGE, "Give the", "Give your", "line 2 of the answer is not cause.toml's", id="fix reworded"),
        pytest.param(PAGE, "\n\n```diff", " More.\n\n```diff", "line 2 of the answer", id="answer too long"),
        pytest.param(PAGE, "\n\n```diff", "\nMore.\n\n```diff", "has a third line", id="answer of three lines"),
        pytest.param(PAGE, "evidence/fix.diff", "evidence/stuck.txt", "does not end with the diff", id="no diff"),
        pytest.param(PAGE, "evidence/stuck.txt", "evidence/fixed.txt", "not show evidence/stuck.txt", id="not shown"),
        pytest.param(
            PAGE, "evidence/programs.md", "broken.py", "not show evidence/programs.md", id="evidence left out"
        ),
        pytest.param(PAGE, "evidence/said.md", "evidence/siad.md", "siad.md does not exist", id="include missing"),
        pytest.param(PAGE, 'broken.py"\n', 'broken.py:part"\n', "has no section part", id="section missing"),
        pytest.param(PAGE, "snippets/", "docs/../snippets/", "is not below snippets/", id="include from elsewhere"),
        pytest.param(PAGE, '```python title="b', '```text title="b', "in a fence of text", id="language wrong"),
        pytest.param(
            PAGE, 'proof.py"\n    ```', 'proof.py"\n\n    x\n    ```', "not one whole file", id="fence shared"
        ),
        pytest.param(
            PAGE,
            "## Why\n",
            f'## Why\n\n--8<-- "{FOLDER}/broken.py"\n',
            "stands outside a fence",
            id="program without a fence",
        ),
        pytest.param(
            PAGE,
            "## Why\n",
            f'## Why\n\n```text\n--8<-- "{FOLDER}/evidence/said.md"\n```\n',
            "is Markdown in a fence",
            id="Markdown in a fence",
        ),
        pytest.param(PAGE, 'hl_lines="5 10"', 'hl_lines="5"', 'has hl_lines="5"', id="highlight wrong"),
        pytest.param(PAGE, ' hl_lines="5 10"', "", "the fence has no hl_lines", id="highlight missing"),
        pytest.param(
            PAGE, 'title="fixed.py"', 'title="fixed.py" hl_lines="1"', "Take hl_lines out", id="highlight new"
        ),
        pytest.param(PAGE, 'title="fixed.py"', 'title="good.py"', 'has title="good.py"', id="title wrong"),
        pytest.param(PAGE, 'title="proof.py"', 'title="p.py"', 'Write title="proof.py"', id="title wrong in a fold"),
        pytest.param(PAGE, "## Why\n", f"## Why\n\n```python\n{LONG}\n```\n", "7 lines of Python", id="pasted"),
        pytest.param(PAGE, "## Why\n", f"## Why\n\n```text\n{COPY}\n```\n", "repeats lines of broken.py", id="copied"),
        pytest.param(PAGE, "### `Request", "### `Requests", "is not error 1 of cause.toml", id="error reworded"),
        pytest.param(PAGE, "### `Request timed out.`\n", "", "has no heading", id="error missing"),
        pytest.param(PAGE, "## Why\n", "## Why\n\n### `KeyError`\n", "stands elsewhere", id="error elsewhere"),
        pytest.param(PAGE, "### `Req", "### `KeyError`\n\n### `Req", "`KeyError` is not error 1", id="error unknown"),
        pytest.param(PAGE, "## Why\n", "## Why\n\n" + "word " * 500 + "end.\n", "words of prose", id="too long"),
        pytest.param(PAGE, "## Why\n", "## Why\n\nTODO: say why.\n", "`TODO` is a placeholder", id="placeholder"),
        pytest.param(PAGE, "## Why\n", "## Why\n\nLorem ipsum.\n", "`Lorem` is a placeholder", id="lorem"),
        pytest.param(PAGE, "## Why\n", "## Why\n\n...\n", "`...` is a placeholder", id="dots"),
        pytest.param(
            PAGE, "## Why\n", '## Why\n\n<a href="x">It</a>.\n', '`<a href="x">` is HTML', id="HTML in a line"
        ),
        pytest.param(PAGE, "## Why\n", "## Why\n\n<div>\nIt.\n", "is HTML", id="HTML as a block"),
        pytest.param(f"{FOLDER}/evidence/said.md", "- ", "- <b>", "`<b>` is HTML", id="HTML in evidence"),
        pytest.param(PAGE, "## Why\n", "## Why\n\nOne. Two.\n", "two sentences on one line", id="two sentences"),
        pytest.param(PAGE, "## Why\n", "## Why\n\nOne\nend.\n", "ends within a sentence", id="half a sentence"),
        pytest.param(
            "mkdocs.yml",
            f"          - causes/{SLUG}.md\n",
            "          - causes/index.md\n",
            "is not listed",
            id="not in the navigation",
        ),
        pytest.param(
            "mkdocs.yml", "- Waiting on the model:", "- Waiting:", "stands under Waiting;", id="family unknown"
        ),
        pytest.param("mkdocs.yml", "nav:", "nav: [", "Correct the YAML", id="mkdocs.yml unreadable"),
        pytest.param(
            "docs/causes/index.md", "## Tools and stores\n", "", "the sections are", id="family not introduced"
        ),
        pytest.param("docs/causes/index.md", f"({SLUG}.md)", "(other.md)", f"({SLUG}.md)", id="cause not listed"),
        pytest.param(PAGE, "evidence/said.md", "evidence/none.md", "evidence/none.md is empty", id="include empty"),
        pytest.param(f"{FOLDER}/cause.toml", "summary = ", "summary = 1 # ", "`summary`", id="cause.toml wrong"),
    ],
)
def test_a_broken_page_is_named(clone: Path, file: str, old: str, new: str, said: str) -> None:
    """One thing is broken; the new problem names the file and says what."""
    before = {str(problem) for problem in check(clone)}
    replace(clone / file, old, new)
    found = [str(problem) for problem in check(clone) if str(problem) not in before]
    assert [problem for problem in found if problem.startswith(str(clone / file)) and said in problem], found


def test_a_cause_without_a_page_is_named(clone: Path) -> None:
    """The page that is missing is the one that the message names."""
    (clone / PAGE).unlink()
    assert any(str(problem).startswith(f"{clone / PAGE}: the cause {SLUG} has no page") for problem in check(clone))


def test_a_cause_half_written_is_named(clone: Path) -> None:
    """What is not there yet is a message, never a traceback."""
    shutil.rmtree(clone / FOLDER / "evidence")
    (clone / FOLDER / "broken.py").unlink()
    said = "\n".join(str(problem) for problem in check(clone))
    assert f"{FOLDER}/broken.py does not exist" in said
    assert f"{FOLDER}/evidence/fix.diff does not exist" in said


def test_a_page_without_a_cause_is_named(clone: Path) -> None:
    """A page whose slug is no folder is not published."""
    shutil.copy(clone / PAGE, clone / "docs/causes/other-cause.md")
    assert [problem.path.name for problem in check(clone) if "has no cause" in problem.what] == ["other-cause.md"]


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
    replace(one_page_site / "mkdocs.yml", "copyright:", "copyleft:")
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
