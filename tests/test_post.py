"""What the scheduled workflows post: one pull request, one issue for each cause, whatever ran before."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Answers `list` from a file, and writes down every call with what came in.
GH = f"""#!{sys.executable}
import json, os, pathlib, sys
here = pathlib.Path(os.environ["GH_FOLDER"])
text = sys.stdin.read() if "--body-file=-" in sys.argv else ""
with (here / "calls").open("a") as calls:
    calls.write(json.dumps([*sys.argv[1:], text]) + "\\n")
if sys.argv[2] == "list":
    print((here / f"{{sys.argv[1]}}.json").read_text())
sys.exit(os.environ.get("GH_FAILS") and "gh: no")
"""


class Gh:
    """A `gh` that stands in for GitHub's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "gh").write_text(GH)
        (folder / "gh").chmod(0o755)
        self.knows(issue=[], pr=[])

    def knows(self, **listed: list[dict[str, Any]]) -> None:
        """Set what `gh issue list` and `gh pr list` answer."""
        for noun, found in listed.items():
            (self.folder / f"{noun}.json").write_text(json.dumps(found))

    def calls(self, *verbs: str) -> list[list[str]]:
        """Return the calls with one of these verbs, each with its input at the end."""
        written = self.folder / "calls"
        lines = written.read_text().splitlines() if written.exists() else []
        return [call for call in map(json.loads, lines) if call[1] in verbs]


@pytest.fixture
def post() -> ModuleType:
    spec = importlib.util.spec_from_file_location("post", ROOT / "scripts" / "post.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gh:
    folder = tmp_path / "gh"
    folder.mkdir()
    monkeypatch.setenv("GH_FOLDER", str(folder))
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return Gh(folder)


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a lock and a page, and the bare one that it pushes to."""
    at, origin = tmp_path / "clone", tmp_path / "origin.git"
    git(tmp_path, "init", "--quiet", "--bare", str(origin))
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(at))
    git(at, "remote", "add", "origin", str(origin))
    for name in ("requirements.lock", "docs/proofs.md", "docs/proofs.json"):
        (at / name).parent.mkdir(exist_ok=True)
        (at / name).write_text("openai==3.57.0 \\\nhttpx==0.28.1 \\\n")
    git(at, "add", ".")
    git(at, "-c", "user.name=a", "-c", "user.email=a@b.invalid", "commit", "--quiet", "--message=Begin")
    monkeypatch.chdir(at)
    return at


def git(at: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=at, check=True, capture_output=True, text=True).stdout


def issue(folder: Path, slug: str, body: str = "It has changed.\n", title: str = "Changed: ") -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{slug}.md").write_text(f"{title}{slug}\n{body}")


def test_a_change_opens_an_issue(post: ModuleType, gh: Gh, tmp_path: Path) -> None:
    """A cause that changed for the first time gets an issue, with the text as it was made."""
    issue(tmp_path / "issues", "silent-retries", "It `has` $(changed).\n")
    post.main(["issues", str(tmp_path / "issues")])
    expected = ["issue", "create", "--title=Changed: silent-retries", "--body-file=-", "It `has` $(changed).\n"]
    assert gh.calls("create", "edit") == [expected]


def test_the_next_week_renews_it(post: ModuleType, gh: Gh, tmp_path: Path) -> None:
    """A cause has one issue, however often it is seen."""
    gh.knows(issue=[{"number": 7, "title": "Changed: silent-retries"}, {"number": 8, "title": "Changed: silent"}])
    issue(tmp_path / "issues", "silent-retries")
    post.main(["issues", str(tmp_path / "issues")])
    assert gh.calls("create", "edit") == [["issue", "edit", "7", "--body-file=-", "It has changed.\n"]]


def test_a_cause_that_has_healed_closes_its_issue(post: ModuleType, gh: Gh, tmp_path: Path) -> None:
    """Also when nothing else has changed; an issue of another kind stays open."""
    gh.knows(issue=[{"number": 7, "title": "Changed: silent-retries"}, {"number": 8, "title": "Take the newest"}])
    post.main(["issues", str(tmp_path / "issues")])
    assert [call[:3] for call in gh.calls("close")] == [["issue", "close", "7"]]


def test_only_what_the_workflow_opened_is_renewed(post: ModuleType, gh: Gh, clone: Path, tmp_path: Path) -> None:
    """What a person has opened under such a title, or from a branch of that name, is left alone."""
    (clone / "docs" / "proofs.md").write_text("new\n")
    (tmp_path / "body.md").write_text("Proved.\n")
    post.main(["issues", str(tmp_path / "issues")])
    post.main(["proofs", str(tmp_path / "body.md")])
    assert ["--app=github-actions" in call for call in gh.calls("list")] == [True, True]


def test_another_title_is_refused(post: ModuleType, gh: Gh, tmp_path: Path) -> None:
    """What was made where libraries ran cannot open an issue about something else."""
    issue(tmp_path / "issues", "silent-retries", title="Urgent: ")
    with pytest.raises(SystemExit, match="is not the title of an issue about a cause"):
        post.main(["issues", str(tmp_path / "issues")])
    assert gh.calls("create", "edit") == []


def test_no_change_posts_nothing(post: ModuleType, gh: Gh, clone: Path, tmp_path: Path) -> None:
    """Without a change there is no issue, and without a difference no pull request."""
    (tmp_path / "body.md").write_text("As it was.\n")
    post.main(["issues", str(tmp_path / "issues")])
    post.main(["proofs", str(tmp_path / "body.md")])
    assert gh.calls("create", "edit") == []
    assert git(tmp_path / "origin.git", "branch") == ""


def test_new_proofs_are_proposed(post: ModuleType, gh: Gh, clone: Path, tmp_path: Path) -> None:
    """The page and the record are pushed to a branch, nothing else is, and the text says what starts no CI."""
    for name in ("docs/proofs.md", "docs/proofs.json", "requirements.lock"):
        (clone / name).write_text("new\n")
    (tmp_path / "body.md").write_text("Proved.\n")
    post.main(["proofs", str(tmp_path / "body.md")])
    pushed = git(tmp_path / "origin.git", "diff", "--name-only", "weekly-proofs~1", "weekly-proofs").split()
    assert pushed == ["docs/proofs.json", "docs/proofs.md"]
    [[_, _, head, _, _, body]] = gh.calls("create")
    assert head == "--head=weekly-proofs"
    assert body.startswith("Proved.\n\nA pull request that a workflow opens starts no other workflow.")


def test_the_open_pull_request_is_renewed(post: ModuleType, gh: Gh, clone: Path, tmp_path: Path) -> None:
    """Two weeks without a merge are one pull request, on today's main."""
    gh.knows(pr=[{"number": 3}])
    (tmp_path / "body.md").write_text("Proved.\n")
    for text in ("one\n", "two\n"):
        git(clone, "switch", "--quiet", "main")
        (clone / "docs" / "proofs.md").write_text(text)
        post.main(["proofs", str(tmp_path / "body.md")])
    assert git(tmp_path / "origin.git", "show", "weekly-proofs:docs/proofs.md") == "two\n"
    assert git(tmp_path / "origin.git", "rev-list", "--count", "weekly-proofs").strip() == "2"
    assert [call[:3] for call in gh.calls("create", "edit")] == [["pr", "edit", "3"]] * 2


@pytest.mark.parametrize(("proved", "says", "draft"), [("success", "passed", False), ("failure", "fails", True)])
def test_a_new_lock_says_how_it_was_proved(
    post: ModuleType, gh: Gh, clone: Path, proved: str, says: str, *, draft: bool
) -> None:
    """The text has each version that changed; a lock with which the tests fail is a draft."""
    (clone / "requirements.lock").write_text("openai==4.0.0 \\\nhttpx==0.28.1 \\\n")
    post.main(["lock", "--proved", proved])
    [call] = gh.calls("create")
    assert f"`make test` {says} with it" in call[-1]
    assert "- openai: 3.57.0 → 4.0.0\n" in call[-1]
    assert "httpx" not in call[-1]
    assert ("--draft" in call) == draft


@pytest.mark.parametrize(("proved", "undo"), [("success", []), ("failure", ["--undo"])])
def test_the_next_lock_is_a_draft_or_none_as_it_proves(
    post: ModuleType, gh: Gh, clone: Path, proved: str, undo: list[str]
) -> None:
    """What was a draft last week can be merged once it is proved, and the other way round."""
    gh.knows(pr=[{"number": 3}])
    (clone / "requirements.lock").write_text("openai==4.0.0\n")
    post.main(["lock", "--proved", proved])
    assert [call[:-1] for call in gh.calls("ready")] == [["pr", "ready", "3", *undo]]


def test_a_long_body_is_cut(post: ModuleType) -> None:
    """A dump beyond what GitHub takes is cut, and its block of code is closed."""
    body = post.cut("See:\n````text\n" + "frame\n" * 20_000 + "````\n")
    assert len(body) < 65_536
    assert body.endswith("\n````\n\nCut here; `make matrix` shows the rest.\n")


def test_a_failure_is_said(post: ModuleType, gh: Gh, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """When GitHub refuses, its words end the job."""
    monkeypatch.setenv("GH_FAILS", "1")
    with pytest.raises(SystemExit, match="gh issue failed: gh: no"):
        post.main(["issues", str(tmp_path)])


def test_the_runner_s_own_python_is_enough() -> None:
    """The job that may write installs nothing, and runs nothing that was installed."""
    python = shutil.which("python3", path=os.defpath) or sys.executable
    isolated = [python, "-I", "-S", str(ROOT / "scripts" / "post.py"), "--help"]
    assert "proofs" in subprocess.run(isolated, check=True, capture_output=True, text=True).stdout
