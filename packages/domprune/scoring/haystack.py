"""Strings of a page in which keywords are looked up by their letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

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

    def having(self, keywords: Sequence[Keyword]) -> Iterator[Places]:
        """Yield, for each keyword, the cells that can match it, and few others, in order.

        They hold what each of its words has in common with all words of its stem.
        """
        count = 1 + _LOOKED_UP // (1 + self._most)
        for start in range(0, len(keywords), count):
            some = keywords[start : start + count]
            found = self._cells(len(some), *self._likely(some))
            for one, (cells, places) in zip(some, found, strict=True):
                yield cells[self._have_all(places, one.others)]

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

    def _cells(self, keywords: int, of: Places, places: Places) -> Iterator[tuple[Places, Places]]:
        """Yield, for each keyword, the cells of its places, in order, and one place in each."""
        strings = self._ends.total
        cells = of * strings + self._ends.of(places) - 1
        order = cells.argsort(kind="stable")
        cells = cells.take(order)
        is_new = are_new(cells)
        cells, places = cells[is_new], places.take(order[is_new])
        borders = cells.searchsorted(np.arange(keywords + 1) * strings)
        for which, (start, end) in enumerate(pairwise(borders.tolist())):
            yield cells[start:end] - which * strings, places[start:end]

    def _strings(self, places: Places) -> Iterator[tuple[int, int]]:
        """Yield where the strings around some places begin and end."""
        find, rfind = self._letters.find, self._letters.rfind
        return ((rfind(0, 0, place), find(0, place)) for place in places.tolist())

    def _have_all(self, places: Places, needles: Sequence[bytes]) -> slice | list[bool]:
        """Return around which of some places strings stand that have all needles."""
        if not needles:
            return slice(None)
        find = self._letters.find
        return [
            all(find(one, start, end) >= 0 for one in needles)
            for start, end in self._strings(places)
        ]

    @cached_property
    def _unspaced(self) -> bytes:
        """The strings that may hold a script without blanks, a NUL before each."""
        if self._letters.isascii():
            return b""
        high = (np.frombuffer(self._letters, np.uint8) >= _UNSPACED).nonzero()[0]
        ((_, places),) = self._cells(1, np.zeros_like(high), high)
        return b"".join([self._letters[start:end] for start, end in self._strings(places)])

    def _holding(self, needle: bytes) -> Places:
        """Return the cells among whose letters a needle stands."""
        ((cells, _),) = self._cells(1, *find_needles([needle], self._letters))
        return cells
