"""Places where a keyword may stand -> how well it matches there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domprune.scoring.fields import FIELDS, IDENTIFIERS, READ
from domprune.scoring.letters import Places
from domprune.scoring.match import Keyword, identifier, prose, quality
from domprune.scoring.settings import ScoringSettings
from domprune.types import Element

Scores = NDArray[np.float64]

TEXT = FIELDS.index("text")
TEXT_AND_NAME = len(FIELDS)
"""Stands for the field of a text that is its element's name as well."""
_READ = [*READ.values()]
_FIRST_IDENTIFIER = FIELDS.index(IDENTIFIERS[0])


@dataclass(frozen=True, slots=True)
class Hits:
    """Rows of elements, the numbers of their fields in `FIELDS`, how well a keyword matches."""

    rows: Places
    fields: Places
    qualities: Scores


def grade(
    keyword: Keyword,
    elements: Sequence[Element],
    rows: Places,
    fields: Places,
    settings: ScoringSettings,
) -> Scores:
    """Return how well a keyword matches in some fields, as the template says.

    Either all of the fields are identifiers or none is.
    """
    places = zip(rows.tolist(), fields.tolist(), strict=True)
    said = [_READ[field](elements[row]) for row, field in places]
    is_prose = not fields.size or int(fields[0]) < _FIRST_IDENTIFIER
    read = prose if is_prose else identifier
    known = {one: quality(keyword, read(one), is_prose, settings) for one in set(said)}
    return np.array([known[one] for one in said], np.float64)
