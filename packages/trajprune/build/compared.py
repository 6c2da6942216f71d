"""Which names a question sets side by side, so that it asks about each: question -> names."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

from trajprune.text import words

LIMIT = 4_000
"""Characters of a question that are read; longer ones quote whole documents."""

MOST_NAMES = 20
"""Names of a question that are looked at in pairs."""

_BESIDE = ("and", "and the", "or", "or the", "than", "than the", "vs")


def compared(question: str, names: Iterable[str]) -> set[str]:
    """The names that the question sets side by side, so that it asks about each of them.

    >>> sorted(compared("Are Rémi Lange and Ann Lee both American?", ["remi lange", "ann lee"]))
    ['ann lee', 'remi lange']
    """
    line = f" {' '.join(words(question[:LIMIT]))} "
    pairs = permutations(list(names)[:MOST_NAMES], 2)
    return {
        name
        for pair in pairs
        if any(f" {pair[0]} {word} {pair[1]} " in line for word in _BESIDE)
        for name in pair
    }
