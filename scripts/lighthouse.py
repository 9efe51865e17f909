"""Audit two pages of the site in site/ with Lighthouse, five times each, as a phone on a slow network sees them.

It needs Node, and npx fetches Lighthouse.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median

from unstuck.pages.built import Site
from unstuck.pages.served import served

LIGHTHOUSE = "lighthouse@12.8.2"  # The newest that Node 20 can run.
PAGES = ("", "causes/model-call-without-timeout/")
RUNS = 5
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}


def audit(address: str) -> dict[str, float]:
    """Return the score of each category, from 0 to 100."""
    chromium = os.environ.get("UNSTUCK_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
    flags = "--chrome-flags=--headless --no-sandbox"
    said = subprocess.run(
        ["npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", flags],
        env=os.environ | {"CHROME_PATH": chromium},
        stdout=subprocess.PIPE,
        check=False,
    )
    if said.returncode:
        sys.exit(f"Lighthouse could not audit {address}; the lines above say why.")
    report = json.loads(said.stdout)
    for name in ("accessibility", "best-practices", "seo"):
        for part in report["categories"][name]["auditRefs"]:
            found = report["audits"][part["id"]]
            if part["weight"] and found["score"] is not None and found["score"] < 1:
                print(f"  {name}: {found['title']}")
    return {name: 100 * category["score"] for name, category in report["categories"].items()}


def main() -> int:
    """Print the median of each score, and return 1 when one is too low."""
    low = False
    if not shutil.which("npx"):
        sys.exit("There is no npx: install Node 20 or newer.")
    if not Path("site/index.html").is_file():
        sys.exit("There is no site/: make site builds it.")
    with served(Site(Path("site"))) as home:
        for page in PAGES:
            runs = [audit(home + page) for _ in range(RUNS)]
            for name, least in LEAST.items():
                scores = [run[name] for run in runs]
                low |= median(scores) < least
                print(f"/{page} {name}: {median(scores):.0f} of {', '.join(f'{score:.0f}' for score in scores)}")
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
