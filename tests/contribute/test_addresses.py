"""No page disappears: a cause that is retired, renamed or deleted keeps its address, or the check is red."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from unstuck import addresses, checks, data, pages
from unstuck.catalogue import Cause, cause, root
from unstuck.matcher import Matcher
from unstuck.pages.built import Site
from unstuck.problem import Problem
from unstuck.proofs import Proof
from unstuck.prover import Prover

SLUG = "proxy-swallows-requests"
SINCE, WHY = "langchain-openai 1.5", "the client gives up after a minute."
NOTE = f"Fixed since {SINCE}: {WHY}"
RETIRED = f"""
[retired]
since = "{SINCE}"
why = "{WHY}"

[versions]
langchain-openai = "<1.5"
"""

Retire = Callable[[str], Cause]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def said(problems: list[Problem]) -> str:
    return "\n".join(map(str, problems))


@pytest.fixture
def retire(clone: Path) -> Retire:
    """Retire a cause, as its maintainer would: cause.toml and the first line of the page."""

    def retire(toml: str = RETIRED) -> Cause:
        retired = cause(SLUG, clone)
        before, _, after = retired.toml.read_text(encoding="utf-8").partition("[versions]\n")
        retired.toml.write_text(before + toml.lstrip() + "\n" + after.partition("\n\n")[2], encoding="utf-8")
        change(retired.page, f"\n\n{Cause(root() / 'snippets' / 'causes' / SLUG).facts.summary}", f"\n\n{NOTE}\n{{}}")
        change(retired.page, "{}", Cause(retired.folder).facts.summary)
        return Cause(retired.folder)

    return retire


def rename(clone: Path, new: str) -> Cause:
    """Rename a cause everywhere, and say so in its cause.toml."""
    old = cause(SLUG, clone)
    shutil.move(old.folder, old.folder.with_name(new))
    shutil.move(old.page, old.page.with_stem(new))
    for path in [*clone.rglob("*.md"), *clone.rglob("*.toml"), clone / "mkdocs.yml"]:
        text = path.read_text(encoding="utf-8")
        if SLUG in text:
            path.write_text(text.replace(SLUG, new), encoding="utf-8")
    renamed = cause(new, clone)
    change(renamed.toml, "family =", f'formerly = ["{SLUG}"]\nfamily =')
    data.write(clone)
    return Cause(renamed.folder)


def test_a_retired_cause_keeps_its_page_and_its_proof_rests(retire: Retire, prover: Prover) -> None:
    """Nothing is missing, nothing is run, and the evidence stays as it was."""
    heard: list[str] = []
    retired = retire(RETIRED)
    captured = [path for path in retired.evidence.iterdir() if path.name != "versions.md"]
    before = {path: path.read_bytes() for path in captured}
    assert said(checks.check(Proof(retired, prover), heard.append)) == ""
    assert heard[0].startswith("It is retired.")
    assert {path: path.read_bytes() for path in captured} == before
    assert "| langchain-openai | <1.5 | <1.5 |" in (retired.evidence / "versions.md").read_text()


def test_a_retired_cause_is_found_with_its_note(clone: Path, retire: Retire) -> None:
    """Its error and its words lead to it as before, and the answer begins with the version that has the fix."""
    retired = retire(RETIRED)
    answer = Matcher(data.build(clone)).answer(retired.facts.said[0])[0]
    assert answer.slug == SLUG
    assert answer.fix == f"{NOTE} {retired.facts.fix}"


def test_the_page_of_a_retired_cause_says_so_first(retire: Retire) -> None:
    """A reader with today's version need not read on."""
    retired = retire(RETIRED)
    change(retired.page, f"{NOTE}\n", "")
    assert f"line 1 of the answer is not cause.toml's\n  Write: {NOTE}" in said([*pages.check_cause(retired)])


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        (RETIRED.replace("<1.5", ">=1.5"), "`retired`: the locked versions are among those of [versions]"),
        ('[versions]\nlangchain-openai = "<1.5"\n', "`versions`: the locked versions are not among those"),
        (RETIRED.replace("<1.5", "1.5 or so"), "'1.5 or so' is no range of versions"),
        (RETIRED.replace("why =", 'moved_to = "elsewhere"\nwhy ='), "`moved_to` is one of the neighbours"),
    ],
    ids=["the fix is not there", "silently out of range", "no range", "moved to nowhere"],
)
def test_a_retirement_that_is_not_true_is_refused(clone: Path, toml: str, says: str) -> None:
    """The ranges, the lock and [retired] agree."""
    mine = cause(SLUG, clone)
    before, _, after = mine.toml.read_text(encoding="utf-8").partition("[versions]\n")
    mine.toml.write_text(before + toml.lstrip() + "\n" + after.partition("\n\n")[2], encoding="utf-8")
    with pytest.raises(Problem) as problem:
        data.build(clone)
    assert says in str(problem.value)
    assert problem.value.path == mine.toml


def test_a_renamed_cause_keeps_its_address(clone: Path) -> None:
    """The old address has a page that leads to the new one, and the pages are whole."""
    rename(clone, "proxy-without-answer")
    assert (clone / "docs" / "causes" / f"{SLUG}.md").read_text().endswith("](proxy-without-answer.md).\n")
    assert said([*pages.check(clone)]) == ""


def test_a_renamed_cause_without_its_old_name_is_refused(clone: Path) -> None:
    """Who renames a cause and says nothing is told how to keep the address."""
    renamed = rename(clone, "proxy-without-answer")
    change(renamed.toml, f'formerly = ["{SLUG}"]\n', "")
    (clone / "docs" / "causes" / f"{SLUG}.md").unlink()
    found = said([*pages.check(clone)])
    assert f"causes/{SLUG}/ was published, and no page is there now" in found
    assert "name its slug in `formerly`" in found


def test_a_deleted_cause_is_refused(clone: Path) -> None:
    """Deleting a cause with all that names it is red, and the list is not made shorter by writing it again."""
    shutil.rmtree(clone / "snippets" / "causes" / SLUG)
    (clone / "docs" / "causes" / f"{SLUG}.md").unlink()
    line = (clone / addresses.LIST).read_text().splitlines().index(f"causes/{SLUG}/") + 1
    for path, text in addresses.made(clone, []).items():
        path.write_text(text)
    [problem] = addresses.lead_somewhere(clone)
    assert (problem.path, problem.line) == (clone / addresses.LIST, line)


@pytest.mark.parametrize("slug", ["silent-retries", SLUG])
def test_an_address_leads_to_one_page(clone: Path, slug: str) -> None:
    """A former name that is another cause's, or its own, is refused."""
    change(cause(SLUG, clone).toml, "family =", f'formerly = ["{slug}"]\nfamily =')
    with pytest.raises(Problem, match=f"`formerly`: {slug} is a cause already"):
        addresses.former(clone)


@pytest.mark.parametrize("engine", ["mkdocs", "zensical"])
def test_both_engines_serve_the_old_address(clone: Path, engine: str) -> None:
    """A browser is sent on, a reader without one has a link, and the strict build has no complaint."""
    rename(clone, "proxy-without-answer")
    shutil.copytree(root() / "overrides", clone / "overrides")
    program = Path(sysconfig.get_path("scripts")) / engine
    done = subprocess.run([program, "build", "--strict"], cwd=clone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    page = (clone / "site" / "causes" / SLUG / "index.html").read_text(encoding="utf-8")
    assert '<meta http-equiv="refresh" content="0; url=../proxy-without-answer/">' in page
    assert [str(problem) for problem in Site(clone / "site").dead_links() if SLUG in str(problem.path)] == []


def test_an_address_is_not_taken_away_with_its_page(clone: Path, commit: Callable[[], None]) -> None:
    """The history of the list remembers what its text no longer has."""
    commit()
    (clone / "docs" / "advice.md").unlink()
    change(clone / addresses.LIST, "advice/\n", "")
    [problem] = addresses.lead_somewhere(clone)
    assert problem.what == "advice/ was published, and no page is there now"
