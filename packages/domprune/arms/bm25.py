"""Okapi BM25 of the instruction's words over each element's text (Robertson and Zaragoza, 2009)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from domprune.arms.document import element_text, question
from domprune.arms.order import by_score
from domprune.interfaces import Ranking
from domprune.text import identifier_words, stem, stems
from domprune.types import Case

SATURATION = 1.5
"""k1: how soon a repeated word stops counting; the usual middle of 1.2 to 2."""

LENGTH = 0.75
"""b: how much a long text is held against an element; the usual value."""


class BM25:
    """Ranks elements as a search engine ranks documents, each page a collection of its own."""

    def rank(self, case: Case) -> Ranking:
        """All elements by BM25; the page is the collection that word rarity is taken from."""
        elements = case.snapshot.elements
        query = stems(identifier_words(question(case)))
        # A word whose stem is in the query begins like it; to stem all others changes nothing.
        # Only of the word "s" no stem is left.
        beginnings = {word[: max(1, min(2, len(word) - 1))] or "s" for word in query}
        documents = (
            [
                stem(word) if word[:2] in beginnings or word[0] in beginnings else word
                for word in words
            ]
            for words in (identifier_words(element_text(element)) for element in elements)
        )
        return Ranking(scored=by_score(elements, bm25(documents, query).tolist()))


def bm25(documents: Iterable[Sequence[str]], query: Sequence[str]) -> NDArray[np.float64]:
    """One score a document: for each query word its rarity times its saturated frequency.

    The documents are gone through once. A repeated query word counts once. Rarity is
    ln(1 + (N - n + .5) / (n + .5)), which is never negative.

    >>> bm25([["buy", "tickets"], ["help"]], ["tickets"]).round(3).tolist()
    [0.603, 0.0]
    """
    terms = list(dict.fromkeys(query))
    rows = [(len(words), *map(Counter(words).__getitem__, terms)) for words in documents]
    table = np.array(rows, dtype=np.float64).reshape(len(rows), 1 + len(terms))
    lengths, counts = table[:, 0], table[:, 1:]  # documents, documents x terms
    mean_length = max(float(lengths.mean()), 1.0) if rows else 1.0
    holding = (counts > 0).sum(axis=0)
    rarity = np.log1p((len(rows) - holding + 0.5) / (holding + 0.5))
    damping = SATURATION * (1 - LENGTH + LENGTH * lengths / mean_length)
    scores: NDArray[np.float64] = (
        counts * (SATURATION + 1) / (counts + damping[:, np.newaxis])
    ) @ rarity
    return scores
