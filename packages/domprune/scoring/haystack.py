"""Strings of a page in which keywords are looked up by their letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from domprune.scoring.letters import expect
from domprune.scoring.match import Keyword
from domprune.scoring.places import NO_PLACES, Places, Rank, are_new

_COMMON = b"0123456789zqjxkvbywgpfumcdlhrsnioate" + bytes(range(0xC0, 0x100))
"""Bytes, rare ones first: letters, then what opens a character that is not ASCII; -1: the rest."""
_FEW = 100
"""Marked places that are looked at one by one in less time than all at once."""
_AT_ONCE = 3
"""So many of a needle's rarest letters stand together in few places but its own."""
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
        for keyword in keywords:
            places = self._places_of(keyword.longest) if keyword.words else NO_PLACES
            cells, places = self._cells(places)
            yield cells[self._have_all(places, keyword.others)]

    def _cells(self, places: Places) -> tuple[Places, Places]:
        """Return the cells of some places, in order, and of each the first of these places."""
        cells = self._ends.of(places) - 1
        is_new = are_new(cells)
        return cells[is_new], places[is_new]

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
        high = (np.frombuffer(self._letters, np.uint8) >= _UNSPACED).nonzero()[0]
        bounds = self._strings(self._cells(high)[1])
        return b"".join([self._letters[start:end] for start, end in bounds])

    def _places_of(self, needle: bytes) -> Places:
        """Return where a needle stands, in order: at least one place in each cell that has it.

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
        if count > self._ends.total:
            return self._first_places_of(needle)
        if count <= _FEW:
            return self._marked(marks, needle)
        places = marks.nonzero()[0]
        for at in others[_AT_ONCE - 1 :]:
            places = places[letters[places + at] == needle[at]]
        return places

    def _first_places_of(self, needle: bytes) -> Places:
        """Return where a needle stands first in each cell that has it."""
        find = self._letters.find
        places, place = [], find(needle)
        while place >= 0:
            places.append(place)
            place = find(needle, find(0, place))
        return np.array(places, np.intp)

    def _marked(self, marks: NDArray[np.bool_], needle: bytes) -> Places:
        """Return the marked places where a needle stands, looked at one by one."""
        find, stands_at = marks.tobytes().find, self._letters.startswith
        places, place = [], find(True)
        while place >= 0:
            if stands_at(needle, place):
                places.append(place)
            place = find(True, place + 1)
        return np.array(places, np.intp)


@lru_cache(maxsize=10_000)
def _rarest(needle: bytes) -> list[int]:
    """Return where in a needle its letters stand, the rarest first."""
    return sorted(range(len(needle)), key=lambda at: _COMMON.find(needle[at]))
