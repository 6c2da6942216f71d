"""Places in a row of bytes: where strings end, and how many marks stand before a place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]

NO_PLACES = np.zeros(0, np.intp)
_SHIFT, _BIT = 6, 63
"""Places are counted in words of 64: which word, and which bit of it."""
_ONE = np.uint64(1)


def distinct(ordered: Places) -> Places:
    """Return each value once."""
    return ordered[are_new(ordered)]


def are_new(ordered: Places) -> NDArray[np.bool_]:
    """Return which values are the first of their kind."""
    is_new = np.empty(len(ordered), np.bool_)
    is_new[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=is_new[1:])
    return is_new


class Rank:
    """How many marks stand before any place: a count for each word of bits, and the bits in it.

    This takes a small part of the time of listing the marks, or of adding them up at every place
    (Jacobson 1989, Space-efficient static trees and graphs).
    """

    def __init__(self, marks: NDArray[np.bool_]) -> None:
        """`marks`: whether one stands there, for every place."""
        bits = np.packbits(marks, bitorder="little")
        self._words = np.zeros((len(marks) >> _SHIFT) + 1, "<u8")
        self._words.view(np.uint8)[: len(bits)] = bits
        counts = np.bitwise_count(self._words)
        self._before = counts.cumsum(dtype=np.intp) - counts
        self.total = int(self._before[-1]) + int(counts[-1])

    def of(self, places: Places) -> Places:
        """Return how many marks stand before each place."""
        words = places >> _SHIFT
        below = (_ONE << (places & _BIT).view(np.uint64)) - _ONE
        return self._before.take(words) + np.bitwise_count(self._words.take(words) & below)
