"""What the proofs with other versions promise: a difference that is stated is none, any other is told."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from unstuck import addresses, checks, data, scaffold
from unstuck.catalogue import Cause, cause, causes, root
from unstuck.matcher import Matcher
from unstuck.matrix import __main__ as matrix
from unstuck.matrix import files, prove, texts
from unstuck.matrix import record as records
from unstuck.matrix.record import Outcome, Proved, Record
from unstuck.matrix.sets import SETS, environment
from unstuck.problem import Problem
from unstuck.proofs import Proof
from unstuck.prover import Prover

SLUG = "my-own-cause"
COMMITTED = records.parse(root() / files.RECORD)
OLD = '[versions]\nlangchain-core = "<0.3"'
RETIRED = f'[retired]\nsince = "langchain-core 0.3"\nwhy = "the client no longer waits."\n\n{OLD}'


@pytest.fixture
def mine(clone: Path, prover: Prover) -> Cause:
    """A cause that is proved, with its evidence."""
    scaffold.new(clone, SLUG, "waits")
    checks.check(Proof(cause(SLUG, clone), prover), lambda said: None)
    return cause(SLUG, clone)


def outcome(mine: Cause, prover: Prover) -> Outcome:
    return prove.outcome(Proof(Cause(mine.folder), prover), Matcher(data.build(mine.clone)))


def change(path: Path, pattern: str, new: str) -> None:
    text, count = re.subn(pattern, new, path.read_text())
    assert count == 1
    path.write_text(text)


def record(**changed: Outcome) -> Record:
    found = {
        "silent-retries": Outcome("proved", stack=True),
        **{slug.replace("_", "-"): o for slug, o in changed.items()},
    }
    return Record("2026-11-25", {"newest": Proved("3.11.7", {"openai": "4.0.0"}, found)})


def test_a_cause_that_is_as_its_page_says_is_proved(mine: Cause, prover: Prover) -> None:
    """With versions that have it, all of it is proved, and its stack leads where the one on the page leads."""
    assert outcome(mine, prover).result == "proved"


def test_a_stack_that_leads_elsewhere_is_a_change(mine: Cause, prover: Prover) -> None:
    """A library that renames its functions takes a cause away from whoever pastes the new ones."""
    shutil.copy(cause("model-call-without-timeout").evidence / "signatures.json", mine.evidence)
    found = outcome(mine, prover)
    assert found.result == "changed"
    assert "its stack leads to nothing, and the one on the page leads to " in found.why[0]


@pytest.mark.parametrize(
    ("file", "line"), [("broken.py", r" +await slots.acquire\(\)  # stuck\n"), ("fixed.py", "reply.text")]
)
def test_other_behaviour_is_a_change(mine: Cause, prover: Prover, file: str, line: str) -> None:
    """A program that does something else is told with its line, and with what an operator would see."""
    change(
        mine.folder / file,
        line,
        "        await slots.acquire()\n        return None  # stuck\n" if file == "broken.py" else "str(7)",
    )
    found = outcome(mine, prover)
    assert found.result == "changed"
    assert f"{SLUG}/{file}" in found.why[0]
    assert re.findall(r"^(\w+\.py) \w+ after", found.dump, re.MULTILINE) == ["broken.py", "fixed.py"]


def test_a_stated_difference_is_none(mine: Cause, prover: Prover) -> None:
    """Where `versions` says that these versions have it not, and they have not, that is as the page says."""
    change(mine.folder / "broken.py", r" +await slots.acquire\(\)  # stuck\n", "        slots  # stuck\n")
    change(mine.toml, r"\[versions\]\n.*", OLD)
    found = prove.outcome(Proof(Cause(mine.folder), prover), Matcher(data.load()))
    assert found.result == "absent"


def test_a_stated_difference_that_is_not_there_is_a_change(mine: Cause, prover: Prover) -> None:
    """Where `versions` says that these versions have it not, and they have, the page is wrong."""
    change(mine.toml, r"\[versions\]\n.*", OLD)
    found = prove.outcome(Proof(Cause(mine.folder), prover), Matcher(data.load()))
    assert found.result == "changed"
    assert found.why[0].startswith("broken.py is stuck as always")
    assert "Task" in found.dump


def test_a_retired_cause_rests(mine: Cause, prover: Prover) -> None:
    """Versions that do not have a retired cause run none of it."""
    change(mine.toml, r"\[versions\]\n.*", RETIRED)
    assert prove.outcome(Proof(Cause(mine.folder), prover), Matcher(data.load())) == Outcome("retired")


def test_the_record_has_every_set() -> None:
    """Each set was run, all with the same causes, and each of these has a page or had one under another name."""
    known = {known.slug for known in causes()} | addresses.former(root()).keys()
    assert [*COMMITTED.sets] == [*SETS]
    assert {frozenset(proved.causes) for proved in COMMITTED.sets.values()} == {
        frozenset(COMMITTED.sets["locked"].causes)
    }
    assert COMMITTED.sets["locked"].causes.keys() <= known
    assert dt.date.fromisoformat(COMMITTED.date) <= dt.datetime.now(dt.UTC).date()


def test_the_page_has_every_cause(mine: Cause) -> None:
    """A cause that is newer than the last run has its row, and the contributor need not run the others."""
    page = (mine.clone / files.PAGE).read_text()
    rows = re.findall(r"^\| \[.*\]\(causes/(.+)\.md\) \| (.+) \|$", page, re.MULTILINE)
    assert {slug for slug, _ in rows} == {known.slug for known in causes(mine.clone)}
    assert dict(rows)[SLUG] == " | ".join(["not run yet"] * len(SETS))


def test_the_page_has_the_versions() -> None:
    """Each library that a cause or pyproject.toml names has the version of each set."""
    page = (root() / files.PAGE).read_text()
    rows = re.findall(r"^\| ([a-z-]+) \| (\d.* \| .+) \|$", page.partition("## Versions")[2], re.MULTILINE)
    assert [name for name, _ in rows] == ["python", *files.libraries(root())]
    assert all(Version(version) for _, versions in rows for version in versions.split(" | "))


@pytest.mark.parametrize("name", ["lowest", "locked"])
def test_what_is_supported_is_proved(name: str) -> None:
    """With the versions that pyproject.toml and the lock promise, every cause is as its page says."""
    assert {slug for slug, found in COMMITTED.changed().items() if name in found} == set()


def test_every_lower_bound_was_run() -> None:
    """A lower bound of pyproject.toml is a version that the lowest set had, and not a hope."""
    there = COMMITTED.sets["lowest"].versions
    asked = [Requirement(line) for line in files.requirements(root())]
    wrong = {str(one): there.get(one.name) for one in asked if not _lowest(one, there.get(one.name, "0"))}
    assert (wrong, len(asked) > 20) == ({}, True), "`make matrix` runs the bounds of today"


def _lowest(requirement: Requirement, version: str) -> bool:
    """Tell whether a version is the lower bound of a requirement, zeros at its end aside."""
    [bound] = [span.version for span in requirement.specifier if span.operator == ">="]
    return re.sub(r"(\.0)+$", "", bound) == re.sub(r"(\.0)+$", "", version)


def test_the_issue_has_what_differs_and_the_dump() -> None:
    """Whatever a program printed stands in a block that it cannot end."""
    changed = Outcome("changed", ("fixed.py: it waits at line 3",), "Task\n```\n# not a heading\n")
    text = texts.issue(record(silent_retries=changed), "silent-retries")
    assert "fixed.py: it waits at line 3" in text
    assert "openai 4.0.0" in text
    assert "````text\nTask\n```\n# not a heading\n````" in text


def test_the_pull_request_names_what_changed() -> None:
    """A reviewer sees the outcome of each set, and each cause that has an issue."""
    text = texts.pull_request(record(forgotten_await=Outcome("changed", ("it waits",))))
    assert "| newest | 1 proved, 1 changed |" in text
    assert "- `forgotten-await`: newest" in text
    assert "Every cause is as its page says." in texts.pull_request(record())


def test_an_issue_is_made_for_each_change(tmp_path: Path) -> None:
    """The first line of its file is the title by which it is found again."""
    made = dict(files.reports(tmp_path, record(forgotten_await=Outcome("changed", ("it waits",)))))
    issues = {path.name: text for path, text in made.items() if path.parent.name == "issues"}
    assert [*issues] == ["forgotten-await.md"]
    assert issues["forgotten-await.md"].startswith("Changed: forgotten-await\n`forgotten-await` is not")


def test_dumps_are_not_committed() -> None:
    """They name the machine, and the issue has them."""
    with_dump = record(forgotten_await=Outcome("changed", ("it waits",), "File /home/me/x.py"))
    assert "/home/me" not in records.dumps(with_dump.without_dumps())
    assert "/home/me" in records.dumps(with_dump)


def test_a_record_that_is_cut_is_said(tmp_path: Path) -> None:
    """A record that cannot be read names the file and the command that writes it."""
    (tmp_path / "proofs.json").write_text('{"date": "2026-11-25"')
    with pytest.raises(Problem, match=r"proofs\.json: .*\n  `make matrix` writes it again\."):
        records.parse(tmp_path / "proofs.json")


def test_versions_that_do_not_fit_together_are_said(tmp_path: Path) -> None:
    """What uv says comes with the file to correct; no network is needed to see it."""
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\nversion = "1"\n[dependency-groups]\nproofs = ["httpx<1,>2"]\n'
    )
    with pytest.raises(Problem, match=r"pyproject\.toml: `uv pip compile` failed"):
        environment(tmp_path, "newest")


def test_an_unknown_set_is_said() -> None:
    """A wrong word lists the right ones."""
    with pytest.raises(Problem, match="no set is called oldest\n  There are lowest, locked, newest, pre-release"):
        matrix.main(["oldest"])
