"""Where needles stand among letters, found all in one pass: needles -> numbers and places."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from domprune.scoring.places import NO_PLACES, Places

_PIECE = 1 << 17
"""Letters that are searched together."""
_MANY = 10_000
"""Finds in one piece from which on the search is thought over; see `find_needles`."""


def find_needles(needles: Sequence[bytes], letters: bytes) -> tuple[Places, Places]:
    """Return which needle, by its number, stands where, in no order.

    `letters`: of strings, each with a NUL behind it. Each string that has a needle has a place of
    it; on a page that is full of needles, only the first place in each string is looked for.
    """
    numbers, places = [NO_PLACES], [NO_PLACES]
    for group in _apart(needles):
        own, numbered = [needles[number] for number in group], np.array(group)
        automaton = BytesAhoCorasick(own, MatchKind.LeftmostFirst, Implementation.ContiguousNFA)
        beyond = max(map(len, own)) - 1
        for start in range(0, len(letters), _PIECE):
            piece = letters[start : start + _PIECE + beyond]
            found = automaton.find_matches_as_indexes(piece)
            table = np.fromiter(chain.from_iterable(found), np.intp, 3 * len(found))
            numbers.append(numbered.take(table[::3]))
            places.append(table[1::3] + start)
            if len(found) > _MANY and len(found) > len(own) * (1 + piece.count(0)):
                firsts = [_firsts(needle, letters, start + _PIECE) for needle in own]
                numbers.append(numbered.repeat([*map(len, firsts)]))
                places += firsts
                break
    return np.concatenate(numbers), np.concatenate(places)


def _firsts(needle: bytes, letters: bytes, start: int) -> Places:
    """Return where, from some place on, a needle stands first in each string."""
    places, place = [], letters.find(needle, start)
    while place >= 0:
        places.append(place)
        place = letters.find(needle, letters.find(0, place))
    return np.array(places, np.intp)


def _apart(needles: Sequence[bytes]) -> list[list[int]]:
    """Return the needles' numbers in groups in which no two can overlap, so none hides another.

    The search for needles that may hide each other is many times faster than that for all.
    """
    groups: list[list[int]] = []
    for number, needle in enumerate(needles):
        for group in groups:
            if not any(_overlap(needle, needles[other]) for other in group):
                group.append(number)
                break
        else:
            groups.append([number])
    return groups


def _overlap(one: bytes, other: bytes) -> bool:
    """Whether two needles can share a letter of a text."""
    return (one[0] in other and _begins(one, other)) or (other[0] in one and _begins(other, one))


def _begins(needle: bytes, other: bytes) -> bool:
    """Whether a needle can begin at a letter of another."""
    place = other.find(needle[0])
    while place >= 0:
        if other.startswith(needle, place) or needle.startswith(other[place:]):
            return True
        place = other.find(needle[0], place + 1)
    return False
