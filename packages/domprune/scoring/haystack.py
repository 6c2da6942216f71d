"""Strings of a page in which keywords are looked up by their letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from domprune.scoring.letters import Places, ends_of, expect, letters_of, unspaced_of
from domprune.scoring.match import Keyword

_COMMON = b"0123456789zqjxkvbywgpfumcdlhrsnioate" + bytes(range(0xC0, 0x100))
"""Bytes, rare ones first: letters, then what opens a character that is not ASCII; -1: the rest."""
_FEW = 100
"""Marked places that are looked at one by one in less time than all at once."""
_AT_ONCE = 3
"""So many of a needle's rarest letters stand together in few places but its own."""


class Haystack:
    """Strings in which keywords are found wherever their letters stand, also inside of words."""

    def __init__(self, run: bytes, ends: Places | None = None) -> None:
        """`run`: as `fold_run` returns it; each string is a cell, by its place.

        `ends`: where among the letters the NULs stand, if that is known.
        """
        self._letters = letters_of(run)
        self._ends = ends_of(self._letters) if ends is None else ends

    def expect(self, strings: int) -> None:
        """Raise StrayNul where these are more than so many strings."""
        expect(strings, self._ends)

    def having(self, keywords: Sequence[Keyword]) -> Iterator[Places]:
        """Yield, for each keyword, the cells that can match it, and few others, in order.

        They hold what each of its words has in common with all words of its stem.
        """
        for keyword in keywords:
            if keyword.words:
                yield self._having_all(self._having_one(keyword.longest), keyword.others)
            else:
                yield self._ends[:0]

    @cached_property
    def _unspaced(self) -> bytes:
        """The letters of the strings that may hold a script without blanks."""
        return unspaced_of(self._letters, self._ends)

    def _having_one(self, needle: bytes) -> Places:
        """Return the cells among whose letters a needle stands.

        Its rarest letters are compared everywhere at once, the others where these stand together;
        a page that is full of them is looked through cell by cell.
        """
        letters = np.frombuffer(self._letters, np.uint8)
        size = max(0, len(letters) - len(needle) + 1)
        first, *others = _rarest(needle)
        marks = letters[first : first + size] == needle[first]
        for at in others[: _AT_ONCE - 1]:
            marks &= letters[at : at + size] == needle[at]
        count = int(np.count_nonzero(marks))
        if count > len(self._ends):
            return self._having_all(np.arange(len(self._ends) - 1), [needle])
        if count <= _FEW:
            places = self._marked(marks, needle)
        else:
            places = marks.nonzero()[0]
            for at in others[_AT_ONCE - 1 :]:
                places = places[letters[places + at] == needle[at]]
        return distinct(self._ends.searchsorted(places) - 1)

    def _marked(self, marks: NDArray[np.bool_], needle: bytes) -> Places:
        """Return the marked places where a needle stands, looked at one by one."""
        find, stands_at = marks.tobytes().find, self._letters.startswith
        places, place = [], find(True)
        while place >= 0:
            if stands_at(needle, place):
                places.append(place)
            place = find(True, place + 1)
        return np.array(places, np.intp)

    def _having_all(self, cells: Places, needles: Sequence[bytes]) -> Places:
        """Return those of some cells among whose letters all needles stand."""
        if not (needles and cells.size):
            return cells
        find, ends = self._letters.find, self._ends
        bounds = zip(ends[cells].tolist(), ends[cells + 1].tolist(), strict=True)
        has_all = [all(find(one, start, end) >= 0 for one in needles) for start, end in bounds]
        return cells[has_all]


@lru_cache(maxsize=10_000)
def _rarest(needle: bytes) -> list[int]:
    """Return where in a needle its letters stand, the rarest first."""
    return sorted(range(len(needle)), key=lambda at: _COMMON.find(needle[at]))


def distinct(ordered: Places) -> Places:
    """Return each value once."""
    is_new = np.empty(len(ordered), np.bool_)
    is_new[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=is_new[1:])
    return ordered[is_new]
