"""Strings of a page in which keywords are looked up by their letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from domprune.scoring.letters import expect
from domprune.scoring.match import Keyword
from domprune.scoring.needles import find_needles
from domprune.scoring.places import Places, Rank, are_new

_LOOKED_UP = 4_000_000
"""Places that are looked at together: those of all keywords on a page, of a few on a huge one."""
_UNSPACED = "\u0e00".encode()[0]
"""The least byte that begins a character of three bytes, as all have that need no blanks."""


class Haystack:
    """Strings in which keywords are found wherever their letters stand, also inside of words."""

    def __init__(self, letters: bytes) -> None:
        """`letters`: of a run, see `letters_of`; each of its strings is a cell, by its number."""
        self._letters = letters
        self._ends = Rank(np.frombuffer(letters, np.uint8) == 0)

    def expect(self, strings: int) -> None:
        """Raise StrayNul where these are more than so many strings."""
        expect(strings, self._ends.total)

    def having(self, keywords: Sequence[Keyword]) -> Iterator[tuple[Places, Places]]:
        """Yield, for a few keywords after the other, which can match which cells, and few others.

        Both are numbers, in order. What can match holds what each of the keyword's words has in
        common with all words of its stem.
        """
        count = 1 + _LOOKED_UP // (1 + self._most)
        for start in range(0, len(keywords), count):
            some = keywords[start : start + count]
            of, cells, places = self._cells(*self._likely(some))
            have_all = self._have_all(some, of, places)
            yield of.compress(have_all) + start, cells.compress(have_all)

    @property
    def _most(self) -> int:
        """The most places at which one keyword is likely."""
        return self._ends.total

    def _likely(self, keywords: Sequence[Keyword]) -> tuple[Places, Places]:
        """Return for which keyword, by its number, some place is likely, and the place.

        Each string that can match has one.
        """
        asked = [which for which, one in enumerate(keywords) if one.words]
        of, places = find_needles([keywords[which].longest for which in asked], self._letters)
        return np.array(asked, np.intp).take(of), places

    def _cells(self, of: Places, places: Places) -> tuple[Places, Places, Places]:
        """Return the cells of keywords' places, in order, each once: keyword, cell, place in it."""
        strings = self._ends.total
        cells = of * strings + self._ends.of(places) - 1
        order = cells.argsort(kind="stable")
        cells = cells.take(order)
        is_new = are_new(cells)
        cells, places = cells.compress(is_new), places.take(order).compress(is_new)
        of = cells // strings
        return of, cells - of * strings, places

    def _strings(self, places: Places) -> Iterator[tuple[int, int]]:
        """Yield where the strings around some places begin and end."""
        find, rfind = self._letters.find, self._letters.rfind
        return ((rfind(0, 0, place), find(0, place)) for place in places.tolist())

    def _have_all(
        self, keywords: Sequence[Keyword], of: Places, places: Places
    ) -> NDArray[np.bool_]:
        """Return around which places stand strings that have all openings of their keyword."""
        have_all, letters = np.ones(len(of), np.bool_), self._letters
        borders = pairwise(of.searchsorted(np.arange(len(keywords) + 1)).tolist())
        for (start, end), keyword in zip(borders, keywords, strict=True):
            if keyword.others and start < end:
                have_all[start:end] = [
                    all(map(letters[first:last].__contains__, keyword.others))
                    for first, last in self._strings(places[start:end])
                ]
        return have_all

    @cached_property
    def _unspaced(self) -> bytes:
        """The strings that may hold a script without blanks, a NUL before each."""
        if self._letters.isascii():
            return b""
        high = (np.frombuffer(self._letters, np.uint8) >= _UNSPACED).nonzero()[0]
        places = self._cells(np.zeros_like(high), high)[2]
        return b"".join([self._letters[start:end] for start, end in self._strings(places)])
