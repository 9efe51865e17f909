"""Print how long an answer takes at 1 kB, 200 kB and 50 MB, in a terminal and in a browser's engine.

Run it on an idle machine: `python tests/matcher/bench.py`. The texts are made of the evidence of the pages.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import time

from playwright._impl._driver import compute_driver_executable

from unstuck import data
from unstuck.catalogue import root
from unstuck.matcher import Matcher

SIZES = {"1 kB": 1_000, "200 kB": 200_000, "50 MB": 50_000_000}
RUNS = 7
NODE = """
require(process.argv[1]);
const { known, texts, runs } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const matcher = new UnstuckMatcher(known);
const times = ([unit, size]) => {
  const text = unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
  return Array.from({ length: runs }, () => {
    const began = performance.now();
    matcher.answer(text);
    matcher.sections(text);
    return performance.now() - began;
  });
};
console.log(JSON.stringify(texts.map(times)));
"""


def units() -> dict[str, str]:
    """Return by what it is of a text that is repeated until it has the wanted size."""
    dumps = sorted(root().glob("snippets/debug/*/evidence/*.txt"))
    errors = [error["text"] for cause in data.load()["causes"] for error in cause["errors"]]
    log = "2026-11-25T03:12:{n:02d}.120Z api-7f9c INFO request {n} handled in 3 ms by worker 4\n"
    return {
        "stack dumps": "\n".join(path.read_text(encoding="utf-8") for path in dumps),
        "a log": "".join(log.format(n=n) for n in range(60)),
        "a log with errors": "".join(f"{log.format(n=n % 60)}ERROR {text}\n" for n, text in enumerate(errors)),
        "prose": "\n".join(cause["text"] for cause in data.load()["causes"]),
    }


def main() -> None:
    """Print the median and the slowest of a few runs of each text, in ms."""
    known = data.load()
    matcher = Matcher(known)
    texts = [(what, unit, size, name) for what, unit in units().items() for name, size in SIZES.items()]
    node, _ = compute_driver_executable()
    request = {"known": known, "runs": RUNS, "texts": [(unit, size) for _, unit, size, _ in texts]}
    command = [node, "-e", NODE, str(root() / "docs" / "assets" / "matcher.js")]
    done = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, check=True)
    print(f"{'':28}{'terminal':>20}{'Node':>20}")
    for (what, unit, size, name), there in zip(texts, json.loads(done.stdout), strict=True):
        text = (unit * (size // len(unit) + 1))[:size]
        here = [_milliseconds(matcher, text) for _ in range(3)]
        shown = "".join(f"{statistics.median(ms):>10.0f} / {max(ms):>5.0f}" for ms in (here, there))
        print(f"{what + ', ' + name:28}{shown}")


def _milliseconds(matcher: Matcher, text: str) -> float:
    began = time.perf_counter()
    matcher.answer(text)
    matcher.sections(text)
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
