"""What else tells a page's elements apart: words around them, types, identifiers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domprune.scoring.fields import FIELD_OF, FIELDS, IDENTIFIERS, READ
from domprune.scoring.haystack import Haystack
from domprune.scoring.hits import Grader, Scores, said_at
from domprune.scoring.letters import Places, fold_run, join
from domprune.scoring.match import Keyword
from domprune.scoring.reading import Reading
from domprune.types import Element

_CONTEXT, _TYPE = FIELDS.index("context"), FIELDS.index("type")
_CALLED = {a: FIELDS.index(field) for a, field in FIELD_OF.items() if field in IDENTIFIERS}
_OTHER = -1


class Clues:
    """The contexts, types and attributes of all elements as one text.

    First stand the contexts, then the types, each once for all elements that share it; then the
    values of attributes, also of those that are no identifiers.
    """

    def __init__(self, elements: Sequence[Element], reading: Reading) -> None:
        """`reading`: of the elements. Raises StrayNul where they say a NUL."""
        self._elements = elements
        self._shared = ((_CONTEXT, reading.contexts), (_TYPE, reading.kinds))
        types = [READ["type"](elements[row]) for row in reading.kinds.examples.tolist()]
        shared = join([*map(str, reading.contexts.of), *types])
        self._haystack = Haystack(b"".join(map(fold_run, ["\0", shared, *reading.values])))
        self._haystack.expect(len(reading.contexts.of) + len(types) + sum(reading.counts))
        self._ends = np.cumsum(reading.counts, dtype=np.intp)

    def raise_to(self, best: Scores, keyword: Keyword, tiers: Scores, grader: Grader) -> None:
        """Raise each element's best hit to what a hit of the keyword in its clues is worth."""
        cells = grader.find(self._haystack, keyword)
        for field, numbers in self._shared:
            border = int(cells.searchsorted(len(numbers.of)))
            some, cells = cells[:border], cells[border:] - len(numbers.of)
            if border:
                worths = np.zeros(len(numbers.of))
                rows = numbers.examples[some]
                worths[some] = self._worths(keyword, rows, np.full(border, field), tiers, grader)
                np.maximum(best, worths[numbers.rows], out=best)
        if cells.size:
            rows, fields = self._called(cells)
            worths = self._worths(keyword, rows, fields, tiers, grader)
            np.maximum.at(best, rows, worths)

    def _worths(
        self,
        keyword: Keyword,
        rows: Places,
        fields: Places,
        tiers: Scores,
        grader: Grader,
    ) -> Scores:
        """Return what hits in fields that either all are contexts or all identifiers are worth."""
        is_prose = bool(fields.size) and int(fields[0]) == _CONTEXT
        said = said_at(self._elements, rows, fields)
        return tiers[fields] * np.array(grader.grade(keyword, said, is_prose=is_prose))

    def _called(self, values: Places) -> tuple[Places, Places]:
        """Return rows and fields of those of some values that identifiers have."""
        rows = self._ends.searchsorted(values, side="right")
        places = [*zip(rows.tolist(), (values - self._ends[rows]).tolist(), strict=True)]
        names = {row: [*self._elements[row].attributes] for row in set(rows.tolist())}
        found = [_CALLED.get(names[row][from_end], _OTHER) for row, from_end in places]
        fields = np.array(found, np.intp)
        is_read = fields != _OTHER
        return rows[is_read], fields[is_read]
