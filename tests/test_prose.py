"""What the programs inside prose pages promise."""

from __future__ import annotations

import pytest
from pytest_examples import CodeExample, EvalExample, find_examples

from unstuck.catalogue import root

EXAMPLES = [
    example
    for example in find_examples(root() / "README.md", root() / "docs", root() / "snippets" / "guards")
    if example.prefix.startswith(("python", "py")) and "--8<--" not in example.source
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
def test_program_prints_what_its_comments_say(example: CodeExample, eval_example: EvalExample) -> None:
    """A program inside a prose page runs, and prints what its `#>` comments say; `--update-examples` writes them."""
    if eval_example.update_examples:
        eval_example.run_print_update(example)
    else:
        eval_example.run_print_check(example)
