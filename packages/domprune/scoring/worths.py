"""What a program's keywords are worth in every element: their best hits, then one score."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from domprune.scoring.fields import FIELDS
from domprune.scoring.hits import NOWHERE, TEXT, TEXT_AND_NAME, Hits, Scores
from domprune.scoring.places import Places, distinct
from domprune.scoring.settings import ScoringSettings
from domprune.types import Program


class Worths:
    """`best`, keywords x elements, is what the best hit of each keyword in each element is worth.

    `seen` is the same of hits in visible text, before the field's tier.
    """

    def __init__(self, keywords: int, elements: int, tiers: Mapping[str, float]) -> None:
        """`tiers`: what a perfect hit in each field is worth."""
        self.best: Scores = np.zeros((keywords, elements))
        self.seen: Scores = np.zeros((keywords, elements))
        either = max(tiers["text"], tiers["name"])
        self._tiers = np.array([*map(tiers.__getitem__, FIELDS), either])

    def take(self, hits: Hits, worth: float = 1.0) -> None:
        """Raise what some hits, each worth a share of the keyword's own, are better than."""
        if hits is NOWHERE:
            return
        worths = worth * hits.qualities
        places = hits.keywords * self.best.shape[1] + hits.rows
        np.maximum.at(self.best.reshape(-1), places, self._tiers[hits.fields] * worths)
        in_text = ((hits.fields == TEXT) | (hits.fields == TEXT_AND_NAME)).nonzero()[0]
        np.maximum.at(self.seen.reshape(-1), places[in_text], worths[in_text])

    def take_shared(self, hits: Hits, numbers: Places) -> None:
        """Take hits in what elements share: their rows are such numbers as each element has one."""
        worths = self._tiers[hits.fields] * hits.qualities
        shared = np.zeros(1 + int(numbers.max()))
        for which in distinct(hits.keywords).tolist():
            own = hits.keywords == which
            shared[:] = 0.0
            shared[hits.rows[own]] = worths[own]
            np.maximum(self.best[which], shared[numbers], out=self.best[which])

    def total(self, program: Program, settings: ScoringSettings) -> Scores:
        """Return Σ weight · (best hit + bonuses) of every element (Prune4Web, section 3.2)."""
        given = program.keyword_weights.values()
        weights = np.array([*given], np.float64).reshape(-1, 1)
        bonuses = settings.top_keyword_bonus * (weights == max(given, default=0))
        hits = self.best + bonuses * self.best
        hits += settings.visible_bonus * self.seen
        hits *= weights
        # Keyword after keyword, as the template does: numpy's own sum takes them in pairs.
        return sum(hits, start=np.zeros(hits.shape[1]))
