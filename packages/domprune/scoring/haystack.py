"""Strings of a page in which keywords are looked up by their letters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from domprune.scoring.letters import Places, ends_of, letters_of, unspaced_of
from domprune.scoring.match import Keyword


class Haystack:
    """Strings in which keywords are found wherever their letters stand, also inside of words."""

    def __init__(self, run: bytes) -> None:
        """`run`: as `fold_run` returns it; each string is a cell, by its place."""
        self._letters = letters_of(run)

    def having(self, keyword: Keyword) -> Places:
        """Return the cells that can match the keyword, and few others, in order.

        They hold what each of its words has in common with all words of its stem.
        """
        if not keyword.words:
            return np.zeros(0, np.intp)
        *others, longest = sorted((opening.encode() for opening in keyword.openings), key=len)
        return self._having_all(self._having_one(longest), others)

    @cached_property
    def _ends(self) -> Places:
        return ends_of(self._letters)

    @cached_property
    def _unspaced(self) -> bytes:
        """The letters of the strings that may hold a script without blanks."""
        return unspaced_of(self._letters)

    def _having_one(self, needle: bytes) -> Places:
        """Return the cells among whose letters a needle stands."""
        letters, places = self._letters, []
        place = letters.find(needle)
        while place >= 0:
            places.append(place)
            place = letters.find(needle, letters.find(b"\0", place))
        return np.searchsorted(self._ends, np.array(places, np.intp)) - 1

    def _having_all(self, cells: Places, needles: Sequence[bytes]) -> Places:
        """Return those of some cells among whose letters all needles stand."""
        if not (needles and cells.size):
            return cells
        find, ends = self._letters.find, self._ends
        bounds = zip(ends[cells].tolist(), ends[cells + 1].tolist(), strict=True)
        has_all = [all(find(one, start, end) >= 0 for one in needles) for start, end in bounds]
        return cells[has_all]
