"""Which causes a text points at, and how surely."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from unstuck.data import Data, Entry
from unstuck.matcher import stacks as dumps
from unstuck.matcher.text import fixed_part, lines, words

MOST = 5  # causes in an answer
WEIGHTS = {"title": 3.0, "said": 2.0, "errors": 2.0, "summary": 1.5, "text": 1.0}
SATURATION, LENGTH = 1.2, 0.6  # of BM25F
SIMILAR = 0.75  # of an error text's weight in one line of the pasted text
TELLING = 6.0  # weight of a piece of an error text that stands for the whole
COVERED = 0.6  # of the weight of a signature, or of a shorter stack, that both have
ENOUGH = 3  # frames that they have in common at least
COMMON = 0.3  # what a frame tells that every signature has
WORDY = 400  # words; beyond it a text is a log, and plain words in it say little
SHARE = 0.35  # of the best score, below which words are no answer

Sure = Literal["error", "stack", "words"]


@dataclass(frozen=True)
class Match:
    """A line of the pasted text, from 1, and what it matches."""

    line: int
    text: str
    matches: str


@dataclass(frozen=True)
class Answer:
    """A cause, how sure it is, and the lines that point at it."""

    slug: str
    title: str
    url: str
    how_sure: Sure
    score: float
    matched: tuple[Match, ...]


@dataclass(frozen=True)
class _Signature:
    frames: frozenset[str]
    innermost: str
    on_loop: bool


class Matcher:
    """Answers texts from the catalogue's data."""

    def __init__(self, data: Data) -> None:
        self._causes = {cause["slug"]: cause for cause in data["causes"]}
        self._errors = [
            (slug, error["text"], fixed_part(error["text"]))
            for slug, cause in self._causes.items()
            for error in cause["errors"]
        ]
        self._fields = {slug: _fields(cause) for slug, cause in self._causes.items()}
        self._lengths = {name: _mean(len(fields[name]) for fields in self._fields.values()) for name in WEIGHTS}
        self._counts = {slug: {name: Counter(terms) for name, terms in f.items()} for slug, f in self._fields.items()}
        self._rarity = _rarity([set().union(*fields.values()) for fields in self._fields.values()])
        self._error_rarity = _rarity([set(text.split()) for _, _, text in self._errors])
        self._signatures = [(slug, s) for slug, cause in self._causes.items() for s in _signatures(cause)]
        self._frame_rarity = _rarity([signature.frames for _, signature in self._signatures])
        self._unknown = 0.5 * max(self._frame_rarity.values(), default=0.0)

    def answer(self, text: str) -> list[Answer]:
        """Return at most five causes, best first: those with an error of the text, then stacks, then words."""
        pasted = lines(text)
        found = dumps.stacks(pasted)
        frames = {number for stack in found for number in stack.lines}
        best: dict[str, Answer] = {}
        for answer in (*self._by_error(pasted), *self._by_stack(pasted, found)):
            before = best.get(answer.slug)
            if before is None or answer.score > before.score:
                best[answer.slug] = answer
        prose = [line for number, line in enumerate(pasted) if number not in frames]
        terms = words("\n".join(prose))
        by_words = self._by_words(terms) if len(terms) <= WORDY and not (found and not best) else {}
        ranked = sorted(best.values(), key=lambda answer: (-answer.score, -by_words.get(answer.slug, 0.0), answer.slug))
        if len(ranked) < MOST:
            floor = SHARE * max(by_words.values(), default=0.0)
            plain = sorted(by_words.items(), key=lambda item: (-item[1], item[0]))
            ranked += [
                self._answer(slug, "words", round(score / 1000, 6), self._word_matches(slug, prose, pasted))
                for slug, score in plain
                if slug not in best and score >= floor and not best
            ]
        return ranked[:MOST]

    def _answer(self, slug: str, sure: Sure, score: float, matched: Iterable[Match]) -> Answer:
        cause = self._causes[slug]
        return Answer(slug, cause["title"], cause["url"], sure, score, tuple(matched))

    def _by_error(self, pasted: Sequence[str]) -> Iterable[Answer]:
        """Yield causes with an error text of which a line holds all, or nearly all, of what does not vary."""
        joined = [fixed_part(line) for line in pasted]
        for number, line in enumerate(joined):
            if not line:
                continue
            window = " ".join(joined[number : number + 3])
            held = set(line.split())
            for slug, text, fixed in self._errors:
                share = self._share(fixed, held, line, window)
                if share >= SIMILAR:
                    weight = sum(self._error_rarity.get(word, 0.0) for word in fixed.split())
                    score = 2.0 + share + min(weight, 100.0) / 1000
                    yield self._answer(
                        slug, "error", round(score, 6), [Match(number + 1, pasted[number].strip(), text)]
                    )

    def _share(self, fixed: str, held: set[str], line: str, window: str) -> float:
        if f" {fixed} " in f" {window} " and window.find(fixed) < len(line):
            return 1.0
        if len(line) >= 8 and f" {line} " in f" {fixed} " and self._weight(line.split()) >= TELLING:
            return 0.9
        wanted = fixed.split()
        if len(wanted) < 3:
            return 0.0
        whole = self._weight(wanted)
        return self._weight(word for word in wanted if word in held) / whole * 0.9 if whole else 0.0

    def _weight(self, terms: Iterable[str]) -> float:
        return sum(self._error_rarity.get(term, 0.0) for term in terms)

    def _by_stack(self, pasted: Sequence[str], found: Sequence[dumps.Stack]) -> Iterable[Answer]:
        """Yield causes whose signature is in a stack of the text."""
        for stack in found:
            held = {frame for frame in stack.frames if not dumps.is_plumbing(frame)}
            for slug, signature in self._signatures:
                common = signature.frames & held
                weight = self._told(common)
                whole = min(self._told(signature.frames), self._told(held))
                if len(common) < ENOUGH or weight < COVERED * whole:
                    continue
                score = 1.0 + 0.5 * weight / self._told(signature.frames | held) + 0.2 * weight / whole
                score += 0.2 * (signature.innermost in stack.frames[:3]) + 0.05 * (signature.on_loop == stack.on_loop)
                at = next(number for frame, number in zip(stack.frames, stack.lines, strict=True) if frame in common)
                yield self._answer(slug, "stack", round(score, 6), [Match(at + 1, pasted[at].strip(), "its frames")])

    def _told(self, frames: Iterable[str]) -> float:
        return sum(COMMON + self._frame_rarity.get(frame, self._unknown) for frame in frames)

    def _by_words(self, terms: Sequence[str]) -> dict[str, float]:
        """Return the BM25F score of each cause that has one of the terms."""
        scores: dict[str, float] = {}
        for term in dict.fromkeys(terms):
            if term not in self._rarity:
                continue
            for slug, counts in self._counts.items():
                weight = sum(
                    WEIGHTS[name]
                    * counts[name][term]
                    / (1 - LENGTH + LENGTH * len(self._fields[slug][name]) / (self._lengths[name] or 1))
                    for name in WEIGHTS
                )
                if weight:
                    scores[slug] = scores.get(slug, 0.0) + self._rarity[term] * weight / (SATURATION + weight)
        return scores

    def _word_matches(self, slug: str, prose: Sequence[str], pasted: Sequence[str]) -> Iterable[Match]:
        known = set().union(*self._fields[slug].values())
        for number, line in enumerate(pasted):
            shared = [word for word in dict.fromkeys(words(line)) if word in known]
            if shared and line in prose:
                yield Match(number + 1, line.strip(), " ".join(shared))
                return


def _fields(cause: Entry) -> dict[str, list[str]]:
    return {
        "title": words(f"{cause['title']} {cause['slug']}"),
        "said": words("\n".join(cause["said"])),
        "errors": words("\n".join(error["text"] for error in cause["errors"])),
        "summary": words(f"{cause['summary']} {cause['fix']}"),
        "text": words(cause["text"]),
    }


def _signatures(cause: Entry) -> Iterable[_Signature]:
    for signature in cause["signatures"]:
        tokens = [dumps.token(*frame.split(":", 1)) for frame in signature["frames"]]
        telling = [frame for frame in tokens if not dumps.is_plumbing(frame)]
        if telling:
            yield _Signature(frozenset(telling), telling[-1], signature["on_loop"])


def _rarity(documents: Sequence[Iterable[str]]) -> dict[str, float]:
    """Return how much each term tells: the logarithm of one over the share of documents that have it."""
    counts = Counter(term for document in documents for term in set(document))
    return {term: math.log(1 + (len(documents) - n + 0.5) / (n + 0.5)) for term, n in counts.items()}


def _mean(numbers: Iterable[int]) -> float:
    values = list(numbers)
    return sum(values) / len(values) if values else 0.0
