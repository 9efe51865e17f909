"""Ranks documents by the words that they share with a text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

SATURATION, LENGTH = 4.0, 0.5  # of BM25F


class Words:
    """Ranks documents by the words that they share with a text, with BM25F over their weighted fields."""

    def __init__(self, documents: Mapping[str, Mapping[str, Sequence[str]]], weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._known = {key: set().union(*fields.values()) for key, fields in documents.items()}
        self._rarity = rarity(list(self._known.values()))
        lengths = {name: _mean(len(fields[name]) for fields in documents.values()) or 1 for name in weights}
        self._counts = {
            key: {name: (Counter(f[name]), 1 - LENGTH + LENGTH * len(f[name]) / lengths[name]) for name in weights}
            for key, f in documents.items()
        }

    def scores(self, terms: Iterable[str]) -> dict[str, float]:
        """Return the score of each document that has one of the terms."""
        scores: dict[str, float] = {}
        for term in dict.fromkeys(terms):
            for key, counts in self._counts.items():
                weight = sum(self._weights[name] * count[term] / size for name, (count, size) in counts.items())
                if weight:
                    scores[key] = scores.get(key, 0.0) + self._rarity[term] * weight / (SATURATION + weight)
        return scores

    def shared(self, key: str, terms: Iterable[str]) -> list[str]:
        """Return the terms that a document has, each once."""
        return [term for term in dict.fromkeys(terms) if term in self._known[key]]

    def weight(self, terms: Iterable[str]) -> float:
        """Return how much known terms tell together."""
        return sum(self._rarity[term] for term in terms)


def rarity(documents: Sequence[Iterable[str]]) -> dict[str, float]:
    """Return how much each term tells: the logarithm of one over the share of documents that have it."""
    counts = Counter(term for document in documents for term in set(document))
    return {term: math.log(1 + (len(documents) - n + 0.5) / (n + 0.5)) for term, n in counts.items()}


def _mean(numbers: Iterable[int]) -> float:
    values = list(numbers)
    return sum(values) / len(values) if values else 0.0
