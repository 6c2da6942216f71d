"""Documents -> a search engine and a reader over them; the door of bm25s.

Okapi BM25 in Lucene's form (Robertson and Zaragoza, 2009; Kamphuis et al., 2020).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import bm25s
import numpy as np

from trajprune.rollout.backends.types import Document, Hit
from trajprune.rollout.types import ToolFailed
from trajprune.text import normalised, words

EXCERPT = 300
"""Characters of a document that a result shows."""

SENTENCE = re.compile(r"(?<=[.!?。])\s+|\n+")


class LocalCorpus:
    """Searches and reads a fixed set of documents; the same question has the same results."""

    def __init__(self, documents: Sequence[Document], results: int = 5) -> None:
        """`results`: most results of a search."""
        self._documents = documents
        self._results = results
        self._by_name: dict[str, Document] = {}
        for document in reversed(documents):
            self._by_name[_name(document.title)] = document
        for document in documents:
            self._by_name[_name(document.id)] = document
        self._index = bm25s.BM25(method="lucene")
        # A word of the title counts twice: what a page is about is in its name.
        spelt = [words(f"{one.title} {one.title} {one.text}") or [""] for one in documents]
        self._index.index(spelt, show_progress=False)

    def search(self, query: str) -> list[Hit]:
        """The documents that hold words of the query, best first, equal ones in their order."""
        wanted = [word for word in words(query) if word in self._index.vocab_dict]
        if not wanted:
            return []
        scores = self._index.get_scores(wanted)
        best = np.argsort(-scores, kind="stable")[: self._results]
        found = [self._documents[place] for place in best if scores[place] > 0]
        return [
            Hit(id=one.id, title=one.title, excerpt=excerpt(one.text, set(wanted))) for one in found
        ]

    def read(self, address: str) -> Document:
        """The document of this id or title, whatever their case; raises `ToolFailed`."""
        found = self._by_name.get(_name(address))
        if found is None:
            raise ToolFailed(f"there is no page {address!r}; search for it, and visit a result")
        return found


def excerpt(text: str, wanted: set[str], limit: int = EXCERPT) -> str:
    """The sentences from the one on that holds most of the wanted words, as far as they fit.

    >>> excerpt("Tea is a drink. Rome is a city in Italy.", {"italy"}, 30)
    'Rome is a city in Italy.'
    """
    sentences = [one.strip() for one in SENTENCE.split(text) if one.strip()]
    if len(text) <= limit or not sentences:
        return " ".join(sentences)
    held = [len(wanted & set(words(sentence))) for sentence in sentences]
    shown = " ".join(sentences[held.index(max(held)) :])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _name(text: str) -> str:
    return " ".join(normalised(text).split())
