"""Which attributes elements have: names in a row -> a shape, which many elements share."""

from __future__ import annotations

from collections.abc import Mapping, Set
from functools import cached_property
from itertools import chain

import numpy as np

from domprune.scoring.numbers import Numbers
from domprune.scoring.places import Places


class Shapes(Numbers[tuple[str, ...]]):
    """The names of each row's attributes, in their order, as one number."""

    def having(self, names: Set[str]) -> Places:
        """Return the rows with any of some attributes."""
        lacks = [*map(names.isdisjoint, self.of)]
        return (~np.array(lacks, np.bool_))[self.rows].nonzero()[0]

    def at(self, name: str) -> tuple[Places, Places]:
        """Return the rows with an attribute, and where its value stands among those of all rows."""
        from_end = [shape.index(name) - len(shape) if name in shape else 0 for shape in self.of]
        own = np.array(from_end, np.intp)[self.rows]
        rows = own.nonzero()[0]
        return rows, self._ends[rows] + own[rows]

    @cached_property
    def _sizes(self) -> Places:
        """How many attributes each shape has."""
        return np.array([*map(len, self.of)], np.intp)

    @cached_property
    def _ends(self) -> Places:
        """How many attributes all rows up to each one have."""
        return self._sizes[self.rows].cumsum()

    @property
    def total(self) -> int:
        """How many attributes all rows have."""
        return int(self._ends[-1]) if self._ends.size else 0

    def places(
        self, values: Places, numbers: Mapping[str, int], other: int
    ) -> tuple[Places, Places]:
        """Return the rows of some values, counted row after row, and the numbers of their names.

        `numbers`: of names; those that have none get the other one.
        """
        names = [numbers.get(name, other) for name in chain.from_iterable(self.of)]
        rows = self._ends.searchsorted(values, side="right")
        from_end = values - self._ends[rows]
        return rows, np.array(names, np.intp)[self._sizes.cumsum()[self.rows[rows]] + from_end]
