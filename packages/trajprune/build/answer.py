"""What an answer says that may stand in an observation: answer -> words."""

from __future__ import annotations

from trajprune.build.numbers import respelled
from trajprune.build.rejected import accepted
from trajprune.build.terms import COMMON, LIMIT
from trajprune.text import words

VERDICTS = frozenset(("yes", "no", "true", "false", "both", "neither", "none"))
"""Answers that judge; they stand in no observation."""


def telling(term: str) -> set[str]:
    """The words of a term that neither judge nor stand everywhere.

    >>> sorted(telling("yes it is the little brown stein"))
    ['brown', 'little', 'stein']
    """
    return set(term.split()) - COMMON - VERDICTS


def single_words(answer: str) -> dict[str, None]:
    """The telling words of an answer, numbers in both spellings; none of a refusal.

    >>> list(single_words("16 rooms")), list(single_words("I could not find the rooms"))
    (['16', 'sixteen', 'rooms'], [])
    """
    found: dict[str, None] = {}
    for word in words(accepted(answer[:LIMIT])):
        number = respelled(word)
        if number or telling(word):
            found[word] = None
        if number:
            found[number] = None
    return found
