"""What people read or hear of a page's elements, and where in it keywords are found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from domprune.scoring.fields import FIELDS, READ
from domprune.scoring.hits import NOWHERE, TEXT, TEXT_AND_NAME, Grader, Hits, said_at
from domprune.scoring.letters import Borders, expect, find_borders, fold_run, join
from domprune.scoring.match import Keyword
from domprune.scoring.places import Places
from domprune.scoring.reading import HINTS, SPOKEN, Reading
from domprune.scoring.signs import CLOSING, OPENING
from domprune.scoring.vocabulary import Vocabulary
from domprune.types import Element

_SPOKEN = np.array([*map(FIELDS.index, SPOKEN)])
_MORE = np.array([*map(FIELDS.index, (*HINTS, "sign"))])
_OPENS, _CLOSES = (
    np.array([chr(code) in some for code in range(256)]) for some in (OPENING, CLOSING)
)


class Naming:
    """The naming fields of all elements as one text: spoken, then hints, then meanings of signs."""

    def __init__(self, elements: Sequence[Element], reading: Reading) -> None:
        """`reading`: of the elements. Raises StrayNul where they say a NUL."""
        self._elements = elements
        run = b"".join(map(fold_run, ["\0", *reading.spoken, join(reading.hints)]))
        borders = find_borders(run)
        spoken = len(SPOKEN) * len(elements)
        expect(spoken + len(reading.hints), int(np.count_nonzero(borders.are_ends)))
        odd = _ending_oddly(run, borders, spoken)
        signs = {row: said for row in odd if (said := READ["sign"](elements[row]))}
        if signs:
            borders = borders.then(find_borders(fold_run(join(["", *signs.values()]))))
        self.vocabulary = Vocabulary(borders)
        more = [*reading.hinted, np.array([*signs], np.intp)]
        self._more_rows = np.concatenate(more)
        self._more_fields = _MORE.repeat([*map(len, more)])

    def hits(self, meant: Mapping[int, Sequence[Keyword]], grader: Grader) -> Hits:
        """Return where any of the words matches that a keyword, told by its number, may mean."""
        words = [*chain.from_iterable(meant.values())]
        if not words:
            return NOWHERE
        of, cells = grader.find(self.vocabulary, words)
        if not cells.size:
            return NOWHERE
        keywords = np.repeat([*meant], [*map(len, meant.values())])[of]
        rows, fields = self._places(cells)
        said = said_at(self._elements, rows, fields)
        qualities = grader.grade(words, of, said, is_prose=True)
        texts = (fields == TEXT).nonzero()[0]
        names = [self._elements[row].name for row in rows[texts].tolist()]
        repeated = [name == said[place] for name, place in zip(names, texts.tolist(), strict=True)]
        fields[texts[repeated]] = TEXT_AND_NAME
        return Hits(keywords, rows, fields, qualities)

    def _places(self, cells: Places) -> tuple[Places, Places]:
        """Return the rows and the fields of some cells."""
        rows = cells // len(SPOKEN)
        fields = _SPOKEN[cells - len(SPOKEN) * rows]
        more = (rows >= len(self._elements)).nonzero()[0]
        if more.size:
            others = cells[more] - len(SPOKEN) * len(self._elements)
            rows[more], fields[more] = self._more_rows[others], self._more_fields[others]
        return rows, fields


def _ending_oddly(run: bytes, borders: Borders, spoken: int) -> list[int]:
    """Return the rows whose text, or else name, may open or end with a sign.

    `spoken`: how many of the run's strings, the first ones, the rows say.
    """
    ends = borders.in_run.compress(borders.are_ends)[: spoken + 1]
    starts, stops = ends[:-1] + 1, ends[1:]
    is_empty = starts[:: len(SPOKEN)] == stops[:: len(SPOKEN)]
    said = np.arange(0, len(starts), len(SPOKEN)) + is_empty
    codes = np.frombuffer(run, np.uint8)
    opening, closing = codes.take(starts.take(said)), codes.take(stops.take(said) - 1)
    is_odd = _OPENS.take(opening) | _CLOSES.take(closing)
    return is_odd.nonzero()[0].tolist()
