"""Values -> small numbers, equal ones the same: what many elements share is looked at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from functools import cached_property
from itertools import count
from typing import Generic, TypeVar

import numpy as np

from domprune.scoring.places import Places

Value = TypeVar("Value", bound=Hashable)


class Numbers(Generic[Value]):
    """One number for each row, added row after row before any is looked up."""

    def __init__(self) -> None:
        """No value has a number yet."""
        self.of: defaultdict[Value, int] = defaultdict(count().__next__)
        self.added: list[int] = []

    @cached_property
    def rows(self) -> Places:
        """The number of each row."""
        return np.array(self.added, np.intp)

    @cached_property
    def examples(self) -> Places:
        """The first row of each number; 0 for a number that no row has."""
        first = np.zeros(len(self.of), np.intp)
        first[self.rows[::-1]] = np.arange(len(self.rows))[::-1]
        return first
