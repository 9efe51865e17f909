"""Which causes a text points at, and how surely."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from unstuck.data import Data, Entry, Section
from unstuck.matcher.ranking import Words, rarity
from unstuck.matcher.signatures import Signatures
from unstuck.matcher.stacks import Stack, Stacks
from unstuck.matcher.text import alike, fixed_part, lines, spoken, stems, words

MOST = 5  # causes in an answer
WEIGHTS = {"title": 3.0, "said": 2.0, "errors": 0.7, "summary": 1.5, "text": 0.5}
SECTION_WEIGHTS = {"heading": 3.0, "title": 2.0, "text": 1.0}
NOT_WHOLE = 0.9  # of the score of an error text that is there in one piece
SIMILAR = 0.75  # of an error text's weight in one line of the pasted text
TELLING = 6.0  # weight of a piece of an error text that stands for the whole
BOTH = 0.05  # of its score as a stack, that a cause gains as an error
LONGEST_WORDS = 2_000  # characters of a text in which sections are looked for
SHORT = 400  # characters of a text in which every line counts as said
WORDY = 400  # words of a text that count
UNLIKELIER = 6.0  # by how much the words of a cause may fall behind those of the best one

Sure = Literal["error", "stack", "words"]


@dataclass(frozen=True)
class Match:
    """A line of the pasted text, from 1, and what it matches."""

    line: int
    text: str
    matches: str


@dataclass(frozen=True)
class Answer:
    """A cause, how sure it is, and the lines that point at it.

    `proved_with` says on which versions it was seen, `apart` what tells it from the first answer.
    """

    slug: str
    title: str
    url: str
    fix: str
    how_sure: Sure
    proved_with: str
    score: float
    matched: tuple[Match, ...]
    apart: str = ""


@dataclass(frozen=True)
class _Error:
    slug: str
    text: str
    fixed: str
    words: tuple[str, ...]


class Matcher:
    """Answers texts from the catalogue's data."""

    def __init__(self, data: Data) -> None:
        self._causes = {cause["slug"]: cause for cause in data["causes"]}
        seen = {slug: len(cause["reports"]) for slug, cause in self._causes.items()}
        self._words = Words({slug: _fields(cause) for slug, cause in self._causes.items()}, WEIGHTS, seen)
        self._sections = {section["page"]: section for section in data["sections"]}
        self._section_words = Words({page: _words_of(s) for page, s in self._sections.items()}, SECTION_WEIGHTS)
        self._errors = [error for slug, cause in self._causes.items() for error in _errors(slug, cause)]
        self._error_rarity = rarity([set(error.words) for error in self._errors])
        self._weights = {error: self._weight(error.words) for error in self._errors}
        self._telling = _index(self._errors, self._telling_words)
        self._holding = _index(self._errors, lambda error: error.words)
        self._signatures = Signatures(self._causes)

    def answer(self, text: str) -> list[Answer]:
        """Return at most five causes, best first: those with an error of the text, then stacks, then words."""
        pasted, numbers = lines(text)
        stacks = Stacks(pasted)
        sure = self._sure(pasted, stacks)
        skipped = stacks.taken | {match.line - 1 for answer in sure for match in answer.matched}
        prose, terms = _heard(spoken(pasted, skipped) if skipped or len(text) > SHORT else enumerate(pasted))
        scores = self._words.scores(terms)
        order = sorted(sure, key=lambda answer: (-sure[answer], -scores.get(answer.slug, 0.0), answer.slug))
        order += self._by_words(scores, prose, {answer.slug for answer in sure})
        apart = self._causes[order[0].slug]["neighbours"] if order else {}
        return [_told(answer, numbers, apart.get(answer.slug, "")) for answer in order[:MOST]]

    def _sure(self, pasted: Sequence[str], stacks: Stacks) -> dict[Answer, float]:
        """Return the best answer of each cause that an error or a stack points at, and what both say together."""
        frames = {number for stack in stacks.all for number in stack.lines}
        errors = _best(self._by_error(pasted, frames | stacks.variables))
        found = _best(self._by_stack(pasted, stacks.all))
        sure = {answer: answer.score for slug, answer in found.items() if slug not in errors}
        return sure | {
            answer: answer.score + (BOTH * found[slug].score if slug in found else 0.0)
            for slug, answer in errors.items()
        }

    def _by_words(
        self, scores: Mapping[str, float], prose: Mapping[int, str], besides: Collection[str]
    ) -> Iterator[Answer]:
        """Yield the causes that the words of a text speak for, best first."""
        floor = max(scores.values(), default=0.0) - UNLIKELIER
        best = sorted((slug for slug in scores if scores[slug] >= floor), key=lambda slug: (-scores[slug], slug))
        for slug in best[:MOST]:
            if slug not in besides:
                yield self._answer(slug, "words", scores[slug] / 1000, self._words_matched(slug, prose))

    def sections(self, text: str) -> list[Section]:
        """Return at most five sections of other pages for plain words, best first."""
        scores = self._section_words.scores(words(text[:LONGEST_WORDS]))
        best = sorted(scores, key=lambda page: (-scores[page], page))[:MOST]
        return [self._sections[page] for page in best]

    def _answer(self, slug: str, sure: Sure, score: float, match: Match) -> Answer:
        cause = self._causes[slug]
        versions = ", ".join(f"{name} {version}" for name, version in cause["proved_with"].items())
        return Answer(slug, cause["title"], cause["url"], cause["fix"], sure, versions, round(score, 6), (match,))

    def _by_error(self, pasted: Sequence[str], besides: Collection[int]) -> Iterator[Answer]:
        """Yield causes with an error text of which a line holds all, or nearly all, of what does not vary."""
        fixed = ["" if number in besides else fixed_part(line) for number, line in enumerate(pasted)]
        split = [line.split() for line in fixed]
        told = [{index for word in held for index in self._telling.get(word, ())} for held in split]
        seen = set()
        for number, line in enumerate(fixed):
            window = tuple(fixed[number : number + 3])
            if not line or window in seen:
                continue
            seen.add(window)
            held, weight = frozenset(split[number]), self._weight(split[number])
            chosen = set().union(*told[number : number + 3]) | self._wholes(split[number], weight)
            for error in (self._errors[index] for index in sorted(chosen)):
                share = self._share(error, line, " ".join(window), held, weight)
                if share >= SIMILAR:
                    score = 2.0 + share + min(self._weights[error], 100.0) / 1000
                    match = Match(number + 1, pasted[number].strip(), error.text)
                    yield self._answer(error.slug, "error", score, match)

    def _wholes(self, held: Sequence[str], weight: float) -> set[int]:
        """Return the errors that a line can be a telling part of."""
        if weight < TELLING:
            return set()
        return set(self._holding.get(max(held, key=lambda word: self._error_rarity.get(word, 0.0)), ()))

    def _telling_words(self, error: _Error) -> list[str]:
        """Return so many of the rarest words of an error that a text without any of them cannot be similar to it."""
        rarest = sorted(dict.fromkeys(error.words), key=lambda word: (-self._error_rarity[word], word))
        whole, told = self._weight(error.words), 0.0
        for count, word in enumerate(rarest, 1):
            told += self._error_rarity[word] * error.words.count(word)
            if told > (1 - SIMILAR / NOT_WHOLE) * whole:
                return rarest[:count]
        return rarest

    def _share(self, error: _Error, line: str, window: str, held: Collection[str], weight: float) -> float:
        """Return how much of an error a line holds: 1 for all of it, in one piece."""
        at = f" {window} ".find(f" {error.fixed} ")
        if 0 <= at <= len(line):
            return 1.0
        if weight >= TELLING and f" {line} " in f" {error.fixed} ":
            return NOT_WHOLE
        if len(error.words) < 3:
            return 0.0
        return NOT_WHOLE * self._weight(word for word in error.words if word in held) / self._weights[error]

    def _weight(self, terms: Iterable[str]) -> float:
        return sum(self._error_rarity.get(term, 0.0) for term in terms)

    def _by_stack(self, pasted: Sequence[str], stacks: Sequence[Stack]) -> Iterator[Answer]:
        """Yield causes whose signature is in a stack of the text."""
        for found in self._signatures.found(stacks):
            match = Match(found.line + 1, pasted[found.line].strip(), "its frames")
            yield self._answer(found.slug, "stack", found.score, match)

    def _words_matched(self, slug: str, prose: Mapping[int, str]) -> Match:
        """Return the line that shares most words with a cause."""
        told = {number: self._told_by(slug, line) for number, line in prose.items()}
        best = max(told, key=lambda number: (sum(told[number].values()), -number))
        return Match(best + 1, prose[best].strip(), " ".join(told[best]))

    def _told_by(self, slug: str, line: str) -> dict[str, float]:
        """Return the stemmed words of a line that speak for a cause, and how much each does."""
        told = {word: sum(self._words.told(slug, term) for term in alike(word)) for word in stems(line)}
        return {word: tells for word, tells in told.items() if tells}


def _heard(prose: Iterable[tuple[int, str]]) -> tuple[dict[int, str], list[str]]:
    """Return the lines of a text whose words count, by number, and those words."""
    lines: dict[int, str] = {}
    terms: list[str] = []
    for number, line in prose:
        lines[number] = line
        terms += words(line)
        if len(terms) >= WORDY:
            break
    return lines, terms[:WORDY]


def _best(answers: Iterable[Answer]) -> dict[str, Answer]:
    """Return the first of the best answers of each cause."""
    best: dict[str, Answer] = {}
    for answer in answers:
        if answer.slug not in best or answer.score > best[answer.slug].score:
            best[answer.slug] = answer
    return best


def _told(answer: Answer, numbers: Sequence[int], apart: str) -> Answer:
    """Return an answer with the numbers that its lines have in the pasted text, and what tells it from the first."""
    matched = tuple(replace(match, line=numbers[match.line - 1]) for match in answer.matched)
    return replace(answer, matched=matched, apart=apart)


def _errors(slug: str, cause: Entry) -> Iterator[_Error]:
    for error in cause["errors"]:
        fixed = fixed_part(error["text"])
        yield _Error(slug, error["text"], fixed, tuple(fixed.split()))


def _index(errors: Sequence[_Error], words_of: Callable[[_Error], Iterable[str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for index, error in enumerate(errors):
        for word in dict.fromkeys(words_of(error)):
            found.setdefault(word, []).append(index)
    return found


def _fields(cause: Entry) -> dict[str, list[str]]:
    return {
        "title": words(cause["title"]),
        "said": words("\n".join(cause["said"])),
        "errors": words("\n".join(error["text"] for error in cause["errors"])),
        "summary": words(f"{cause['summary']} {cause['fix']}"),
        "text": words(cause["text"]),
    }


def _words_of(section: Section) -> dict[str, list[str]]:
    return {"heading": words(section["heading"]), "title": words(section["title"]), "text": words(section["text"])}
