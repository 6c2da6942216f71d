"""Places where a keyword may stand -> how well it matches there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domprune.scoring.fields import FIELDS, READ
from domprune.scoring.haystack import Haystack
from domprune.scoring.match import Keyword, identifier, prose, quality
from domprune.scoring.places import NO_PLACES, Places
from domprune.scoring.settings import ScoringSettings
from domprune.types import Element

Scores = NDArray[np.float64]

MOST_GRADED = 500_000
"""Places that are graded for one program, about two seconds; a keyword matches none beyond them.

Only pages stuffed with the very keywords have more: 20,000 real candidates need a few thousand.
"""
TEXT = FIELDS.index("text")
TEXT_AND_NAME = len(FIELDS)
"""Stands for the field of a text that is its element's name as well."""
_READ = [*READ.values()]


@dataclass(frozen=True, slots=True)
class Hits:
    """How well keywords match somewhere: which keyword, row of an element, field in `FIELDS`."""

    keywords: Places
    rows: Places
    fields: Places
    qualities: Scores

    @property
    def matched(self) -> set[int]:
        """The keywords that match anywhere."""
        return set(self.keywords[self.qualities > 0].tolist())


NOWHERE = Hits(NO_PLACES, NO_PLACES, NO_PLACES, np.zeros(0))
"""The hits of what matches nowhere."""


def said_at(elements: Sequence[Element], rows: Places, fields: Places) -> list[str]:
    """Return what elements say in some fields."""
    places = zip(rows.tolist(), fields.tolist(), strict=True)
    return [_READ[field](elements[row]) for row, field in places]


class Grader:
    """Grades what is said for one program, as the template does, in `MOST_GRADED` places."""

    def __init__(self, settings: ScoringSettings) -> None:
        """`settings`: the template's constants."""
        self._settings = settings
        self._left = MOST_GRADED

    def find(self, haystack: Haystack, keywords: Sequence[Keyword]) -> tuple[Places, Places]:
        """Return which keywords can match which cells, as many as may still be graded."""
        of, cells = [NO_PLACES], [NO_PLACES]
        for numbers, having in haystack.having(keywords if self._left else ()):
            of.append(numbers[: self._left])
            cells.append(having[: self._left])
            self._left -= len(of[-1])
            if not self._left:
                break
        return np.concatenate(of), np.concatenate(cells)

    def grade(
        self, keywords: Sequence[Keyword], of: Places, said: Sequence[str], *, is_prose: bool
    ) -> Scores:
        """Return how well each text is matched by the keyword that it is of, told by its number.

        Equal texts are graded once.
        """
        read, settings = prose if is_prose else identifier, self._settings
        pairs = [*zip(of.tolist(), said, strict=True)]
        known = {
            (which, text): quality(keywords[which], read(text), is_prose, settings)
            for which, text in set(pairs)
        }
        return np.array([*map(known.__getitem__, pairs)], np.float64)
