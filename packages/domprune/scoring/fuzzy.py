"""Words of a page that a keyword may have meant: keyword -> its words as the page spells them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container

from rapidfuzz import fuzz, process

from domprune.scoring.match import Keyword, as_keyword

SHORTEST = 5
"""Fewest characters of a word that may be misspelt; shorter ones are mostly other words."""


def misspelt(
    keyword: Keyword,
    known: Container[str],
    alike: Callable[[str, float], Collection[str]],
    threshold: float,
) -> list[Keyword]:
    """Return the keyword with each word unknown to the page replaced by the likeliest it has.

    The list is empty where all words are known, or one of the others has no likeness of at least
    `threshold` (rapidfuzz ratio, 0..100); equal likenesses fall to the word that sorts first.
    `alike` returns all words of the page that may be as like to one as that, and any others.

    >>> page = {"password", "user"}
    >>> [found.joined for found in misspelt(as_keyword("pasword"), page, lambda *_: page, 88.0)]
    ['password']
    """
    unknown = {word for word in keyword.words if word not in known}
    if not unknown or any(len(word) < SHORTEST for word in unknown):
        return []
    likeliest = {}
    for word in unknown:
        likely = alike(word, threshold)
        found = process.extract(word, likely, scorer=fuzz.ratio, limit=None, score_cutoff=threshold)
        if not found:
            return []
        likeliest[word] = min(found, key=lambda hit: (-hit[1], hit[0]))[0]
    return [as_keyword(" ".join(likeliest.get(word, word) for word in keyword.words))]
