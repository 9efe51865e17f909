"""Ranks documents by the words that they share with a text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

SMOOTHING = 300.0  # words of the average document that each document is thought to have as well
UNSEEN = 8.0  # times more that every word is thought to have been written: one that is there once tells little
SHORTEST_MISSPELT = 5  # letters


class Words:
    """Ranks documents by how much more often they use the words of a text than all documents do.

    Each document is a bag of words, those of its fields counted with their weights; the score is the logarithm of how
    many times likelier it makes the text than the average document does, Dirichlet-smoothed.
    `seen` says how often each document was the right one.
    """

    def __init__(
        self,
        documents: Mapping[str, Mapping[str, Sequence[str]]],
        weights: Mapping[str, float],
        seen: Mapping[str, int] | None = None,
    ) -> None:
        self._prior = {key: math.log(1 + (seen or {}).get(key, 0)) for key in documents}
        self._counts: dict[str, dict[str, float]] = {}
        lengths = dict.fromkeys(documents, 0.0)
        for key, fields in documents.items():
            for name, weight in weights.items():
                for term in fields[name]:
                    counts = self._counts.setdefault(term, {})
                    counts[key] = counts.get(key, 0.0) + weight
                    lengths[key] += weight
        whole = sum(lengths.values()) + UNSEEN * len(self._counts)
        self._share = {term: (sum(counts.values()) + UNSEEN) / whole for term, counts in self._counts.items()}
        self._absent = {key: math.log(SMOOTHING / (length + SMOOTHING)) for key, length in lengths.items()}
        self._spelt: dict[str, list[str]] = {}
        self._alike: dict[tuple[str, int], list[str]] = {}
        for term in self._counts:
            self._alike.setdefault((term[0], len(term)), []).append(term)

    def scores(self, terms: Iterable[str]) -> dict[str, float]:
        """Return the score of each document that has one of the terms."""
        known = list(dict.fromkeys(spelt for term in terms for spelt in self._known(term)))
        scores: dict[str, float] = {}
        for term in known:
            for key in self._counts[term]:
                scores[key] = scores.get(key, 0.0) + self._gain(key, term)
        return {key: score + self._prior[key] + len(known) * self._absent[key] for key, score in scores.items()}

    def told(self, key: str, term: str) -> float:
        """Return by how much a term raises the score of a document, 0 where it does not."""
        return max([0.0, *(self._gain(key, spelt) + self._absent[key] for spelt in self._known(term))])

    def _gain(self, key: str, term: str) -> float:
        return math.log(1 + self._counts[term].get(key, 0.0) / (SMOOTHING * self._share[term]))

    def _known(self, term: str) -> list[str]:
        """Return the term if a document has it, else those that differ from it in one letter."""
        if term in self._counts:
            return [term]
        if term not in self._spelt:
            near = (self._alike.get((term[0], len(term) + more), []) for more in (-1, 0, 1))
            long = len(term) >= SHORTEST_MISSPELT
            self._spelt[term] = [other for group in near for other in group if long and one_off(term, other)]
        return self._spelt[term]


def one_off(term: str, other: str) -> bool:
    """Tell whether a letter more, less, other, or two in the wrong order make one word of the other."""
    at = next((n for n, (a, b) in enumerate(zip(term, other, strict=False)) if a != b), min(len(term), len(other)))
    here, there = term[at:], other[at:]
    if len(term) != len(other):
        return here[1:] == there or here == there[1:]
    return here[1:] == there[1:] or (here[:2] == there[1::-1] and here[2:] == there[2:])


def rarity(documents: Sequence[Iterable[str]]) -> dict[str, float]:
    """Return how much each term tells: the logarithm of one over the share of documents that have it."""
    counts = Counter(term for document in documents for term in set(document))
    return {term: math.log(1 + (len(documents) - n + 0.5) / (n + 0.5)) for term, n in counts.items()}
