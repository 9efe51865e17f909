"""Post what a scheduled workflow found: a pull request, and an issue for each cause that changed.

It has the token that may write, so it needs nothing that is installed: standard library, git and gh.
What it posts was made where libraries ran; it is text, and never run here.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

BOT = ("-c", "user.name=github-actions[bot]", "-c", "user.email=github-actions[bot]@users.noreply.github.com")
TITLE = re.compile(r"Changed: [a-z0-9-]+")
HEALED = "With every set of versions it does again what its page says; `docs/proofs.md` has the run."
LONGEST = 60_000  # characters of a body; GitHub takes 65,536
NO_CI = (
    "A pull request that a workflow opens starts no other workflow."
    " Close it and open it again, and CI proves it as it does any other."
)


def issues(folder: Path) -> None:
    """Open an issue for each file of a folder, its first line the title, or renew the open one that has this title.

    One that is open and has no file any more is closed: its cause behaves as its page says again.
    """
    known = {
        issue["title"]: issue["number"]
        for issue in json.loads(
            run("gh", "issue", "list", "--app=github-actions", "--limit=1000", "--json=number,title")
        )
    }
    for path in sorted(folder.glob("*.md")):
        title, _, body = path.read_text(encoding="utf-8").partition("\n")
        if not TITLE.fullmatch(title):
            sys.exit(f"{path.name}: {title!r} is not the title of an issue about a cause.")
        if title in known:
            run("gh", "issue", "edit", str(known.pop(title)), "--body-file=-", text=cut(body))
        else:
            run("gh", "issue", "create", f"--title={title}", "--body-file=-", text=cut(body))
    for title, number in known.items():
        if TITLE.fullmatch(title):
            run("gh", "issue", "close", str(number), f"--comment={HEALED}")


def pull_request(branch: str, title: str, body: str, paths: list[str], *, draft: bool = False) -> None:
    """Propose what is different in these paths, in the one pull request of a branch; nothing when nothing is."""
    run("git", "switch", "--quiet", "--force-create", branch)
    run("git", "add", "--all", "--", *paths)
    if not run("git", "diff", "--cached", "--name-only"):
        print("Nothing is different.")
        return
    run("git", *BOT, "commit", "--quiet", f"--message={title}")
    run("gh", "auth", "setup-git")
    run("git", "push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{branch}")
    text = cut(f"{body.rstrip()}\n\n{NO_CI}\n")
    if open_ones := json.loads(run("gh", "pr", "list", "--app=github-actions", f"--head={branch}", "--json=number")):
        number = str(open_ones[0]["number"])
        run("gh", "pr", "edit", number, f"--title={title}", "--body-file=-", text=text)
        run("gh", "pr", "ready", number, *(["--undo"] if draft else []))
    else:
        kind = ["--draft"] if draft else []
        run("gh", "pr", "create", f"--head={branch}", f"--title={title}", "--body-file=-", *kind, text=text)


def updates(before: str, after: str, *, proved: bool) -> str:
    """Return the body of a pull request that changes requirements.lock: the outcome of the proofs, and each version."""
    passed = "`make test` passed with it, in the workflow that opens this."
    failed = "`make test` fails with it, so this is a draft. The log of the workflow that opens this has the reason."
    return "\n".join(["`make lock ARGS=--upgrade`.", passed if proved else failed, "", *differences(before, after)])


def differences(before: str, after: str) -> Iterator[str]:
    """Yield a line for each package whose version differs between two locks."""
    old, new = (dict(re.findall(r"^([\w.-]+)==([\w.+!-]+)", lock, re.MULTILINE)) for lock in (before, after))
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield f"- {name}: {old.get(name, 'not there')} → {new.get(name, 'not there')}"


def cut(body: str) -> str:
    """Return a body that is not too long; a block of code that this cuts is closed."""
    if len(body) <= LONGEST:
        return body
    kept = body[:LONGEST]
    fences = re.findall(r"^(`{3,})", kept, re.MULTILINE)
    return kept + (f"\n{fences[-1]}\n" if len(fences) % 2 else "\n") + "\nCut here; `make matrix` shows the rest.\n"


def run(*command: str, text: str | None = None) -> str:
    """Run a command and return what it prints; when it fails, end with what it says."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} {command[1]} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def main(arguments: list[str]) -> None:
    """Post what the arguments name."""
    parser = argparse.ArgumentParser(description="Post what a scheduled workflow found.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("issues").add_argument("folder", type=Path)
    proofs = verbs.add_parser("proofs")
    proofs.add_argument("body", type=Path)
    lock = verbs.add_parser("lock")
    lock.add_argument("--proved", choices=["success", "failure"], required=True)
    asked = parser.parse_args(arguments)
    if asked.verb == "issues":
        issues(asked.folder)
    elif asked.verb == "proofs":
        body = asked.body.read_text(encoding="utf-8")
        pull_request("weekly-proofs", "Write the proofs of this week", body, ["docs/proofs.md", "docs/proofs.json"])
    else:
        before, after = run("git", "show", "HEAD:requirements.lock"), Path("requirements.lock").read_text("utf-8")
        proved = asked.proved == "success"
        body = updates(before, after, proved=proved)
        pull_request("newest-versions", "Take the newest versions of the libraries", body, ["."], draft=not proved)


if __name__ == "__main__":
    main(sys.argv[1:])
