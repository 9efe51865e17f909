"""The page and the terminal give the same answers."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable
from typer.testing import CliRunner

from unstuck import captures
from unstuck.catalogue import root
from unstuck.cli import app
from unstuck.data import Data
from unstuck.explain import EMPTY
from unstuck.matcher import Matcher
from unstuck.problem import Problem

HERE = Path(__file__).parent
REPORTS = ("incidents.jsonl", "fresh.jsonl")

# What the page does, in Playwright's own Node: read the data once, then answer each text.
ASK = """
require(process.argv[1]);
const { data, texts } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const matcher = new UnstuckMatcher(data);
console.log(JSON.stringify(texts.map((text) => [matcher.answer(text), matcher.sections(text)])));
"""


def every_text(known: Data) -> list[str]:
    lines = [line for name in REPORTS for line in (HERE / name).read_text(encoding="utf-8").splitlines()]
    texts = [text for line in lines for text in json.loads(line).values() if isinstance(text, str)]
    texts += [error["text"] for cause in known["causes"] for error in cause["errors"]]
    texts += [path.read_text(encoding="utf-8") for path in sorted(root().glob("snippets/**/evidence/*.txt"))]
    texts += [path.read_text(encoding="utf-8") for path in sorted((HERE / "hosts" / "dumps").glob("*.txt"))]
    return [*texts, "\x1b[31mred\x1b[0m\r\nC:\\app\\main.py", "ümläut İstanbul 🦜 x\u2028y", "A" * 5000, ""]


def test_page_and_terminal_agree(known: Data, matcher: Matcher) -> None:
    """Every text that there is has the same answers, scores and lines included."""
    texts = every_text(known)
    node, _ = compute_driver_executable()
    done = subprocess.run(
        [node, "-e", ASK, str(root() / "docs" / "assets" / "matcher.js")],
        input=json.dumps({"data": known, "texts": texts}),
        capture_output=True,
        text=True,
        check=True,
    )
    here = [[[asdict(answer) for answer in matcher.answer(text)], matcher.sections(text)] for text in texts]
    there = json.loads(done.stdout)
    here = json.loads(json.dumps(here))
    assert [text for text, a, b in zip(texts, here, there, strict=True) if a != b] == []


def explain(*arguments: str, stdin: str | bytes | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["explain", *arguments], input=stdin)
    if isinstance(result.exception, Problem):
        raise result.exception
    return result.exit_code, result.stdout


def test_words_have_an_answer() -> None:
    """Plain words are explained, and say that they are only words."""
    code, text = explain("the agent keeps calling the same tool and never answers")
    assert code == 0
    assert "agent-loops-without-limit" in text
    assert "only words" in text


def test_file_and_standard_input_are_read(tmp_path: Path) -> None:
    """A file, `-` and a pipe give what the text itself gives."""
    log = tmp_path / "error.log"
    log.write_bytes("RuntimeError: Event loop is closed\n".encode("utf-16"))
    words = explain("--json", "RuntimeError: Event loop is closed")
    assert words[0] == 0
    assert words == explain("--json", str(log)) == explain("--json", "-", stdin="RuntimeError: Event loop is closed\n")


def test_json_has_what_the_page_has() -> None:
    """`--json` prints the causes best first, and an empty list when nothing matches."""
    _, text = explain("--json", "Recursion limit of 25 reached without hitting a stop condition.")
    first = json.loads(text)[0]
    assert {"slug", "title", "url", "fix", "how_sure", "proved_with", "score", "matched", "apart"} == set(first)
    assert first["how_sure"] == "error"
    code, text = explain("--json", "zzqx")
    assert (code, json.loads(text)) == (1, [])


def test_nothing_known_names_the_next_step() -> None:
    """Without an answer the exit code is 1, and the text says what to do next."""
    code, text = explain("zzqx")
    assert code == 1
    assert "debug/dump-the-stacks/" in text


@pytest.mark.parametrize("path", ["missing.log", "no/such/file"])
def test_missing_file_is_said(path: str) -> None:
    """A path that does not exist is not taken for words."""
    with pytest.raises(Problem, match="no such file"):
        explain(path)


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        pytest.param(["."], None, "Is a directory", id="directory"),
        pytest.param(["-"], b"\x7fELF\0\1", "this is no text", id="binary"),
        pytest.param(["words", "--pid", "1"], None, "too much at once", id="text and process"),
        pytest.param(["b" * 300 + ".log"], None, "File name too long", id="name too long"),
    ],
)
def test_bad_input_is_said(arguments: list[str], stdin: bytes | None, said: str) -> None:
    """What is no text, or too much, is a message with a remedy."""
    with pytest.raises(Problem, match=said):
        explain(*arguments, stdin=stdin)


@pytest.mark.parametrize("arguments", [[""], ["-"], ["   "]])
def test_empty_input_is_said(arguments: list[str]) -> None:
    """Nothing in it is told from nothing known; as JSON it is an empty list."""
    assert explain(*arguments, stdin="") == (1, f"{EMPTY}\n")
    assert explain("--json", *arguments, stdin="") == (1, "[]\n")


def test_what_a_command_writes_is_read() -> None:
    """A shell's `<(command)` is no file, and is read."""
    reader, writer = os.pipe()
    os.write(writer, b"RuntimeError: Event loop is closed\n")
    os.close(writer)
    assert explain(f"/dev/fd/{reader}") == explain("RuntimeError: Event loop is closed")
    os.close(reader)


@pytest.mark.parametrize("pid", ["0", "-5", "99999999999999999999", "abc"])
def test_number_that_is_no_process_is_said(pid: str) -> None:
    """It is refused before py-spy is asked."""
    result = CliRunner().invoke(app, ["explain", "--pid", pid])
    assert (result.exit_code, "--pid" in result.output) == (2, True)


ASKS = """
from langchain_openai import ChatOpenAI
ChatOpenAI(model="gpt-4o-mini", base_url="http://127.0.0.1:{port}/v1", api_key="not-a-key").invoke("Hello")
"""


def test_a_master_is_explained_by_its_workers() -> None:
    """A process and all that it has started are read, and one that is not Python does not stop that."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        worker = ASKS.format(port=silent.getsockname()[1])
        master = (
            f"import subprocess, sys; subprocess.Popen(['cat']); subprocess.call([sys.executable, '-c', {worker!r}])"
        )
        command = [sys.executable, "-c", master]
        with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, text=True) as process:
            connection, _ = silent.accept()
            captures.wait_for_rest(process)
            answers = json.loads(explain("--json", "--pid", str(process.pid))[1])
            os.killpg(process.pid, signal.SIGKILL)
        connection.close()
    assert answers[0]["slug"] == "model-call-without-timeout"


def test_process_that_cannot_be_read_is_said() -> None:
    """A process that py-spy cannot read is named, with what to do."""
    with pytest.raises(Problem, match="pid 4194303"):
        explain("--pid", "4194303")
