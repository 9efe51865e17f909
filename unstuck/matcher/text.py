"""What a pasted text is made of: lines, words, and error texts without what differs from run to run."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence

LONGEST = 500_000  # characters that are read at each end of a text
LONGEST_LINE = 2_000

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\r(?=\n)|[\x00-\x08\x0b\x0c\x0e-\x1f]"
)
_QUOTED = re.compile(r"\\n +File |\\nTraceback|last\):\\n|^\s*\{")
_VARIABLE_OF_FRAME = re.compile(r" {12}\w+: ")
_BACKSLASH = re.compile(r'\\(["\\/nt])')
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]{3}(?![0-9])")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_VARIABLE = re.compile(
    r"0x[0-9a-f…]+|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|(?:[a-z]:)?(?:[\\/][a-z0-9_.@+-]+){2,}|[0-9]+(?:[.,:][0-9]+)*"
)
_NOT_TEXT = re.compile(r"[^a-z0-9#'<>]+")
_ENDINGS = ("ingly", "edly", "ely", "ing", "ies", "ied", "es", "ed", "ly", "s", "e")
_STOP_WORDS = """
a an and are as at be been but by can could do does for from had has have how i if in into is it its just me my
of on or our so some such that the their them then there these they this to too up was we were what when which
while who will with would you your ever forever
s t m d ll re ve don doesn didn isn aren wasn weren won couldn wouldn haven hasn hadn shouldn
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
SPOKEN = 0.25  # share of stop words from which a line is a sentence
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_NO_SENTENCE = re.compile(
    r"^\s*(?:(?:from|import|def|class|async|await|return|raise|print|for|with|while|if|elif|else|try|except)\b"
    r"|[@>$#|]|- \[)|[;{}(,\[]\s*$|\w\(\S*\)|\w ?= ?\S"
    r"|\b(?:INFO|DEBUG|WARNING|WARN|ERROR|CRITICAL)\b|^\W*[0-9]{4}-[0-9]"
    r"|above exception|^End of|^(?:KeyboardInterrupt|(?:\S+\.)?CancelledError)\b"
)

# Words that reporters use for the same thing; each line counts as one more word, beside the word itself.
_SAME = """
hang hung freeze frozen froze stuck stall block blocked deadlock unresponsive
loop endless infinite repeat repeatedly again circle cycle recursion recursive iteration
slow latency delay slowly sluggish crawl trickle
exit shutdown terminate quit sigterm shut
retry reattempt backoff attempt tenacity
429 ratelimit throttl throttle quota
proxy vpn firewall corporate egress offline gapped
chunk token stream astream streaming sse
approval approve human hitl interrupt resume pause confirm
concurrent parallel simultaneous concurrently
fail error exception crash raise
json schema pydantic structured parser parse
cancel abort kill
trace tracing langsmith langfuse tracer opentelemetry otel telemetry
gunicorn worker nginx 502 504
server endpoint fastapi uvicorn api
timeout deadline
wait await pending
startup start initialize initialise initialization handshake
"""


def lines(text: str) -> tuple[list[str], list[int]]:
    """Return the lines of a text without escape sequences, and their numbers; of a very long text, those at its ends.

    A line of a JSON log that holds a traceback is read as the lines of it, all of the same number.
    """
    if len(text) > 2 * LONGEST:
        text = f"{text[:LONGEST]}\n{text[-LONGEST:]}"
    found: list[str] = []
    numbers: list[int] = []
    for number, line in enumerate(_ESCAPES.sub("", text).split("\n"), 1):
        parts = [line]
        if "\\n" in line and _QUOTED.search(line) and not _VARIABLE_OF_FRAME.match(line):
            parts = _BACKSLASH.sub(lambda at: {"n": "\n", "t": "\t"}.get(at[1], at[1]), line).split("\n")
        found += [part[:LONGEST_LINE] for part in parts]
        numbers += [number] * len(parts)
    return found, numbers


def spoken(lines: Sequence[str], skip: Container[int]) -> Iterator[tuple[int, str]]:
    """Yield, with their number, the title and the sentences of a report: no code, no log, no list of versions."""
    fenced = begun = False
    for number, line in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and number not in skip and line.strip():
            said = [word.lower() for word in _WORD.findall(line)]
            share = sum(word in STOP_WORDS for word in said) / max(len(said), 1)
            title = not begun and not re.search("[0-9]", line)
            if not _NO_SENTENCE.search(line) and (share >= SPOKEN or title):
                begun = True
                yield number, line


def words(text: str) -> list[str]:
    """Return the words of a text as `stems` does, each followed by what it has in common with others like it."""
    return [term for word in stems(text) for term in alike(word)]


def alike(word: str) -> tuple[str, ...]:
    """Return a stemmed word and, where other words stand for the same thing, the sign for all of them."""
    return (word, _SIGNS[word]) if word in _SIGNS else (word,)


def stems(text: str) -> list[str]:
    """Return the words of a text, stemmed: identifiers whole and in parts, without stop words."""
    found: list[str] = []
    for word in _WORD.findall(text):
        parts = [part.lower() for part in _PART.findall(word)]
        whole = word.lower()
        if len(parts) > 1:
            found.append(whole)
        found += [stem(part) for part in (parts or [whole]) if part not in STOP_WORDS]
    return found


def stem(word: str) -> str:
    """Return a word without its ending."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            if ending in {"ies", "ied"}:
                return f"{word}y"
            doubled = ending in {"ing", "ed"} and len(word) > 3 and word[-1] == word[-2]
            return word[:-1] if doubled else word
    return word


def fixed_part(text: str) -> str:
    """Return an error text in one form, whatever its numbers, addresses, paths, quotes and white space are."""
    return _NOT_TEXT.sub(" ", _VARIABLE.sub("#", text.lower())).strip()


_SIGNS = {stem(word): f"={line.split()[0]}" for line in _SAME.strip().splitlines() for word in line.split()}
