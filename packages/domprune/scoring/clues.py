"""What else tells a page's elements apart: words around them, types, identifiers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from domprune.scoring.fields import FIELD_OF, FIELDS, IDENTIFIERS
from domprune.scoring.haystack import Haystack
from domprune.scoring.hits import Grader, Hits, Scores, said_at
from domprune.scoring.letters import fold_run, join, letters_of
from domprune.scoring.match import Keyword
from domprune.scoring.numbers import Numbers
from domprune.scoring.places import Places
from domprune.scoring.reading import Reading
from domprune.scoring.worths import Worths
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
        self._shared: Sequence[tuple[int, Numbers[Any]]] = (
            (_CONTEXT, reading.contexts),
            (_TYPE, reading.kinds),
        )
        types = [str(kind[0]) for kind in reading.kinds.of]
        shared = join([*reading.contexts.of, *types])
        run = b"".join(map(fold_run, ["\0", shared, reading.values]))
        self._haystack = Haystack(letters_of(run))
        self._haystack.expect(len(reading.contexts.of) + len(types) + reading.shapes.total)
        self._shapes = reading.shapes

    def find(self, keywords: Sequence[Keyword], worths: Worths, grader: Grader) -> None:
        """Find the keywords in the clues; `worths` takes the hits."""
        of, cells = grader.find(self._haystack, keywords)
        for field, numbers in self._shared:
            here = cells < len(numbers.of)
            if here.any():
                own, some = of[here], cells[here]
                fields = np.full(len(some), field)
                qualities = self._grade(keywords, own, numbers.examples[some], fields, grader)
                worths.take_shared(Hits(own, some, fields, qualities), numbers.rows)
                cells, of = cells[~here], of[~here]
            cells = cells - len(numbers.of)
        if cells.size:
            rows, fields = self._shapes.places(cells, _CALLED, _OTHER)
            is_read = (fields != _OTHER).nonzero()[0]
            of, rows, fields = of[is_read], rows[is_read], fields[is_read]
            worths.take(Hits(of, rows, fields, self._grade(keywords, of, rows, fields, grader)))

    def _grade(
        self,
        keywords: Sequence[Keyword],
        of: Places,
        rows: Places,
        fields: Places,
        grader: Grader,
    ) -> Scores:
        """Return how well keywords match fields that either all are contexts or all identifiers."""
        is_prose = bool(fields.size) and int(fields[0]) == _CONTEXT
        said = said_at(self._elements, rows, fields)
        return grader.grade(keywords, of, said, is_prose=is_prose)
