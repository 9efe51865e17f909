"""What a pull request is told of the causes that it touches, whatever their programs print."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from unstuck import checks, scaffold, summary
from unstuck.catalogue import cause
from unstuck.proofs import Proof
from unstuck.prover import Prover

SLUG = "my-own-cause"
SITE = "https://ci.invalid/artifacts/7"

Tell = Callable[[], str]


@pytest.fixture
def tell(clone: Path, commit: Callable[[], None], prover: Prover) -> Tell:
    """Commit the copy with a proved cause; return what commits what has changed since, and tells of it."""
    scaffold.new(clone, SLUG, "waits")
    checks.check(Proof(cause(SLUG, clone), prover), lambda said: None)
    commit()

    def tell() -> str:
        commit()
        return summary.summary(clone, "HEAD~1", prover, SITE)

    return tell


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_changed_program_is_proved_and_shown(clone: Path, tell: Tell) -> None:
    """The stack, what is missing, what changes in the evidence, and where the built site is."""
    for name in ("broken.py", "fixed.py"):
        change(
            clone / "snippets" / "causes" / SLUG / name,
            "import asyncio\n",
            "import asyncio\nimport sys\n\nprint(sys.argv)\n",
        )
    text = tell()
    assert f"## `{SLUG}`" in text
    assert "It waits at line 13, the marked line:" in text
    assert "asyncio  Semaphore.acquire" in text
    assert re.search(r"^-broken\.py, line 10.*\n\+broken\.py, line 13", text, re.MULTILINE)
    assert SITE in text


def test_a_program_that_is_no_longer_stuck_is_said(clone: Path, tell: Tell) -> None:
    """A red proof is shown as red, with file, line and remedy."""
    change(clone / "snippets" / "causes" / SLUG / "broken.py", "await slots.acquire()", "pass")
    text = tell()
    assert re.search(r"^\d+ missing:$", text, re.MULTILINE)
    assert f"{SLUG}/broken.py:10: not stuck" in text
    assert "Its evidence stays as it is." in text


def test_nothing_that_a_program_prints_ends_its_block(clone: Path, tell: Tell) -> None:
    """A stranger's program cannot write Markdown into the page."""
    hostile = 'raise RuntimeError("```\\n</details>\\n# Approved\\n`````\\n![](https://evil.invalid/x.png)")'
    change(clone / "snippets" / "causes" / SLUG / "fixed.py", "import asyncio", f"import asyncio\n\n{hostile}\n")
    text = tell()
    ticks = next(
        match[1] for match in re.finditer(r"^(`{3,})text\n((?s:.*?))\n\1$", text, re.MULTILINE) if "evil" in match[2]
    )
    assert len(ticks) == 6
    assert "evil" not in re.sub(r"^(`{3,})text\n(?s:.*?)\n\1$", "", text, flags=re.MULTILINE)


def test_a_cause_that_is_gone_is_said(clone: Path, tell: Tell) -> None:
    """A reviewer sees that a folder has disappeared."""
    shutil.rmtree(clone / "snippets" / "causes" / SLUG)
    assert f"## `{SLUG}`\n\nIt is gone from `snippets/causes`." in tell()


def test_a_touched_page_counts(clone: Path, commit: Callable[[], None], tell: Tell) -> None:
    """A correction of the page alone proves its cause, too; the index is no cause."""
    for page in (f"{SLUG}.md", "index.md"):
        with (clone / "docs" / "causes" / page).open("a") as end:
            end.write("\nMore.\n")
    commit()
    assert summary.touched(clone, "HEAD~1") == [SLUG]


def test_other_changes_touch_no_cause(clone: Path, tell: Tell) -> None:
    """A change elsewhere is said to be judged elsewhere, and a strange file name is no slug."""
    (clone / "docs" / "causes" / "# x `y`.md").write_text("# x\n")
    (clone / "docs" / "find.md").write_text("# Find\n")
    assert "No cause is touched." in tell()


def test_a_long_block_is_cut() -> None:
    """Megabytes of output are not a summary."""
    block = summary._block("line\n" * 1000)
    assert block.count("line\n") == summary.MOST
    assert "… and 800 more lines" in block
