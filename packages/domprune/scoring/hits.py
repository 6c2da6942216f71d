"""Places where a keyword may stand -> how well it matches there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domprune.scoring.fields import FIELDS, READ
from domprune.scoring.letters import Places
from domprune.scoring.match import Keyword, identifier, prose, quality
from domprune.scoring.settings import ScoringSettings
from domprune.types import Element

Scores = NDArray[np.float64]

TEXT = FIELDS.index("text")
TEXT_AND_NAME = len(FIELDS)
"""Stands for the field of a text that is its element's name as well."""
_READ = [*READ.values()]


@dataclass(frozen=True, slots=True)
class Hits:
    """Rows of elements, the numbers of their fields in `FIELDS`, how well keywords match there."""

    rows: Places
    fields: Places
    qualities: Scores


NOWHERE = Hits(np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0))
"""The hits of what matches nowhere."""


def said_at(elements: Sequence[Element], rows: Places, fields: Places) -> list[str]:
    """Return what elements say in some fields."""
    places = zip(rows.tolist(), fields.tolist(), strict=True)
    return [_READ[field](elements[row]) for row, field in places]


def grade(
    keyword: Keyword, said: Sequence[str], settings: ScoringSettings, *, is_prose: bool
) -> list[float]:
    """Return how well a keyword matches what is said, as the template says."""
    read = prose if is_prose else identifier
    known = {one: quality(keyword, read(one), is_prose, settings) for one in set(said)}
    return [known[one] for one in said]
