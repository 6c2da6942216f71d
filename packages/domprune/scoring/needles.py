"""Where needles stand among letters, found all in one pass: needles -> numbers and places."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from domprune.scoring.places import NO_PLACES, Places

_PIECE = 1 << 18
"""Letters that are searched together: a page may be full of a needle, and each find is kept."""


def find_needles(needles: Sequence[bytes], letters: bytes) -> tuple[Places, Places]:
    """Return which needle, by its number, stands where, in no order.

    Of places at which a needle overlaps itself some may be missing, but not the first.
    """
    numbers, places = [NO_PLACES], [NO_PLACES]
    for group in _apart(needles):
        own = [needles[number] for number in group]
        automaton = BytesAhoCorasick(own, MatchKind.LeftmostFirst, Implementation.ContiguousNFA)
        beyond = max(map(len, own)) - 1
        for start in range(0, len(letters), _PIECE):
            piece = letters[start : start + _PIECE + beyond]
            found = automaton.find_matches_as_indexes(piece)
            table = np.fromiter(chain.from_iterable(found), np.intp, 3 * len(found))
            numbers.append(np.array(group).take(table[::3]))
            places.append(table[1::3] + start)
    return np.concatenate(numbers), np.concatenate(places)


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
    return _may_begin_in(one, other) or _may_begin_in(other, one)


def _may_begin_in(needle: bytes, other: bytes) -> bool:
    """Whether a needle can begin at a letter of another."""
    place = other.find(needle[0])
    while place >= 0:
        if other.startswith(needle, place) or needle.startswith(other[place:]):
            return True
        place = other.find(needle[0], place + 1)
    return False
