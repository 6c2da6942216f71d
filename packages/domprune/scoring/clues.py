"""What else tells a page's elements apart: words around them, types, identifiers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domprune.scoring.fields import FIELD_OF, FIELDS, IDENTIFIERS, READ
from domprune.scoring.haystack import Haystack
from domprune.scoring.hits import Scores, grade
from domprune.scoring.letters import Places, fold_run, join
from domprune.scoring.match import Keyword
from domprune.scoring.reading import Reading
from domprune.scoring.settings import ScoringSettings
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
        """`reading`: of the elements."""
        self._elements = elements
        contexts, kinds = reading.contexts, reading.kinds
        self._shared_by = contexts.rows, len(contexts.of) + kinds.rows
        self._examples = np.concatenate([contexts.examples, kinds.examples])
        self._fields = np.repeat([_CONTEXT, _TYPE], [len(contexts.of), len(kinds.of)])
        types = [READ["type"](elements[row]) for row in kinds.examples.tolist()]
        shared = "\0" + join([*map(str, contexts.of), *types])
        self._haystack = Haystack(fold_run(shared + "".join(reading.values)))
        self._ends = np.cumsum(reading.counts, dtype=np.intp)

    def raise_to(
        self, best: Scores, keyword: Keyword, tiers: Scores, settings: ScoringSettings
    ) -> None:
        """Raise each element's best hit to what a hit of the keyword in its clues is worth."""
        cells = self._haystack.having(keyword)
        shared, own = np.split(cells, cells.searchsorted([len(self._examples)]))
        own_rows, own_fields = self._called(own - len(self._examples))
        rows = np.concatenate([self._examples[shared], own_rows])
        fields = np.concatenate([self._fields[shared], own_fields])
        is_context = fields == _CONTEXT
        qualities = np.concatenate(
            [
                grade(keyword, self._elements, rows[which], fields[which], settings)
                for which in (is_context, ~is_context)
            ]
        )
        worths = tiers[fields] * qualities
        if shared.size:
            of_shared = np.zeros(len(self._examples))
            of_shared[shared] = worths[: len(shared)]
            for numbers in self._shared_by:
                np.maximum(best, of_shared[numbers], out=best)
        np.maximum.at(best, own_rows, worths[len(shared) :])

    def _called(self, values: Places) -> tuple[Places, Places]:
        """Return rows and fields of those of some values that identifiers have."""
        rows = self._ends.searchsorted(values, side="right")
        places = zip(rows.tolist(), (values - self._ends[rows]).tolist(), strict=True)
        names = [[*self._elements[row].attributes][from_end] for row, from_end in places]
        fields = np.array([_CALLED.get(name, _OTHER) for name in names], np.intp)
        is_read = fields != _OTHER
        return rows[is_read], fields[is_read]
