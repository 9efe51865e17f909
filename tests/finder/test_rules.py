"""What is wrong with a rule is seen; that no rule of the catalogue is wrong, tests/test_causes.py proves."""

from __future__ import annotations

from pathlib import Path

import pytest

from unstuck.catalogue import causes
from unstuck.finder import proof
from unstuck.problem import Problem


def problems(clone: Path) -> list[Problem]:
    return list(proof.problems(*causes(clone)))


def test_a_right_rule_has_no_problem(clone: Path) -> None:
    """The cause that the tests below break is right before."""
    assert problems(clone) == []


@pytest.mark.parametrize(
    ("file", "text", "what"),
    [
        ("broken.py", "a.wait()  # stuck\n", "the finder misses it: a.wait()  # stuck"),
        ("broken.py", "a.wait_for_ever()\nb()  # stuck\n", "a false alarm of the finder: a.wait_for_ever()"),
        ("broken.py", "a.wait_for_ever()  # stuck\nb()  # cause\n", "the finder misses it: b()  # cause"),
        ("fixed.py", "a.wait_for_ever()\n", "a false alarm of the finder: a.wait_for_ever()"),
        ("cases.py", "a.wait()  # alarm\n" * 5 + "b()  # fine\n" * 5, "the finder misses it: a.wait()  # alarm"),
        ("cases.py", "a.wait_for_ever()  # fine\n" * 5, "a false alarm of the finder: a.wait_for_ever()  # fine"),
        ("cases.py", "a.wait_for_ever()  # alarm\n" * 4 + "b()  # fine\n" * 5, "4 lines end in `# alarm`"),
        ("cases.py", "a.wait_for_ever()  # alarm\n" * 5 + "b()  # fine\n" * 4, "4 lines end in `# fine`"),
    ],
)
def test_a_wrong_rule_is_seen(clone: Path, file: str, text: str, what: str) -> None:
    """Too little and too much, in each of the files, with the line."""
    (causes(clone)[0].folder / file).write_text(text)

    assert what in [problem.what for problem in problems(clone)]


def test_a_rule_is_tried_on_the_fixed_programs_of_others(clone: Path) -> None:
    """What one page recommends is no mistake on another."""
    other = clone / "snippets" / "causes" / "other" / "fixed.py"
    other.parent.mkdir()
    other.write_text("\na.wait_for_ever()\n")

    assert [(problem.path, problem.line) for problem in proof.problems(causes(clone)[1])] == [(other, 2)]


def test_a_rule_needs_cases(clone: Path) -> None:
    """A rule that was tried on one line is not known to work."""
    (causes(clone)[0].folder / "cases.py").unlink()

    assert [problem.what for problem in problems(clone)] == ["the file is missing"]


def test_a_rule_asks_for_a_word(clone: Path) -> None:
    """Without one, every file of a reader's would be parsed for it."""
    rule = causes(clone)[0].folder / "rule.yml"
    rule.write_text(rule.read_text().replace(r"regex: '\.wait_for_ever$'", "regex: '(?i)wait_for_ever$'"))

    assert [problem.path.name for problem in problems(clone)] == ["rule.yml"]


def test_no_rule_is_left_over(clone: Path) -> None:
    """A cause that source code cannot show has nothing that looks as if it could."""
    toml = causes(clone)[0].toml
    find = 'find = { ruff = ["S113"], rule = "rule.yml" }'
    toml.write_text(toml.read_text().replace(find, 'find = { nothing_because = "It lies on the network." }'))

    assert [problem.path.name for problem in problems(clone)] == ["rule.yml", "cases.py"]
