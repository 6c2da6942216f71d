"""Score all elements of a page at once: elements -> words laid out -> hits -> scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from domprune.scoring.clues import Clues
from domprune.scoring.fields import FIELDS
from domprune.scoring.fuzzy import misspelt
from domprune.scoring.hits import NOWHERE, TEXT, TEXT_AND_NAME, Grader, Hits, Scores
from domprune.scoring.letters import StrayNul
from domprune.scoring.lexicon import read_keyword, same_thing
from domprune.scoring.match import option_match
from domprune.scoring.naming import Naming
from domprune.scoring.prior import in_places, prior
from domprune.scoring.reading import Reading
from domprune.scoring.settings import ScoringSettings
from domprune.types import ActionType, Element, Program


def score(elements: Sequence[Element], program: Program, settings: ScoringSettings) -> list[float]:
    """Return one score an element, in their order; higher is better (Prune4Web, section 3.2)."""
    return list(Index(elements).score(program, settings).tolist())


class Index:
    """The words of a page's elements, laid out for scoring any number of programs."""

    def __init__(self, elements: Sequence[Element]) -> None:
        """Read all that the elements say; a NUL in it is a blank."""
        try:
            self._lay_out(elements)
        except StrayNul:
            self._lay_out([*map(_without_nuls, elements)])

    def _lay_out(self, elements: Sequence[Element]) -> None:
        self._elements = elements
        reading = Reading(elements)
        self._kinds = reading.kinds
        self._naming = Naming(elements, reading)
        self._clues = Clues(elements, reading)

    def score(self, program: Program, settings: ScoringSettings) -> Scores:
        """Return the score of every element, in their order."""
        prior = self._priors(program, settings)
        tiers = settings.tiers(program.action_type)
        worths = np.array([*map(tiers.__getitem__, FIELDS), max(tiers["text"], tiers["name"])])
        heaviest = max(program.keyword_weights.values(), default=0)
        total = np.zeros(len(self._elements))
        grader = Grader(settings)
        for keyword, weight in program.keyword_weights.items():
            best, seen = self._hits(keyword, worths, prior, settings, grader)
            bonus = settings.top_keyword_bonus if weight == heaviest else 0.0
            total += weight * (best + bonus * best + settings.visible_bonus * seen)
        if program.action_type is ActionType.SELECT_OPTION and program.value:
            for row, element in enumerate(self._elements):
                if element.options:
                    matched = option_match(program.value, element.options, settings)
                    total[row] += settings.option * matched
        return (total + settings.base) * prior

    def _priors(self, program: Program, settings: ScoringSettings) -> Scores:
        """Return the prior of every element, each kind judged once, raised where the task says."""
        examples = [self._elements[row] for row in self._kinds.examples.tolist()]
        priors = np.array([prior(one, program, settings) for one in examples], np.float64)
        if not program.places:
            return priors[self._kinds.rows]
        shares = np.array(in_places(self._elements, program.places))
        return priors[self._kinds.rows] * (1.0 + settings.place_bonus * shares)

    def _hits(
        self,
        keyword: str,
        tiers: Scores,
        prior: Scores,
        settings: ScoringSettings,
        grader: Grader,
    ) -> tuple[Scores, Scores]:
        """Return, for every element, its best hit over the fields and its hit in visible text.

        Only where no element that the action fits is named by the keyword are other words for the
        same thing tried, and then words spelt much the same.
        """
        best, seen = np.zeros(len(prior)), np.zeros(len(prior))
        own = read_keyword(keyword)
        named = self._naming.hits([own], grader)
        _raise(best, seen, named, tiers, 1.0)
        if (best * prior).max(initial=0.0) < settings.named:
            vocabulary = self._naming.vocabulary
            others = self._naming.hits(vocabulary.held(same_thing(keyword)), grader)
            _raise(best, seen, others, tiers, settings.same_thing)
            if not (named.qualities.any() or others.qualities.any()):
                threshold = settings.fuzzy_threshold
                alike = misspelt(own, vocabulary, vocabulary.alike, threshold)
                _raise(best, seen, self._naming.hits(alike, grader), tiers, settings.fuzzy)
        self._clues.raise_to(best, own, tiers, grader)
        return best, seen


def _without_nuls(element: Element) -> Element:
    said: dict[str, Any] = {
        field.name: one.replace("\0", " ")
        for field in fields(element)
        if isinstance(one := getattr(element, field.name), str)
    }
    attributes = {name: one.replace("\0", " ") for name, one in element.attributes.items()}
    return replace(element, **said, attributes=attributes)


def _raise(best: Scores, seen: Scores, hits: Hits, tiers: Scores, worth: float) -> None:
    """Raise each row's best hit, and its hit in visible text, to what these hits are worth."""
    if hits is NOWHERE:
        return
    worths = worth * hits.qualities
    np.maximum.at(best, hits.rows, tiers[hits.fields] * worths)
    in_text = ((hits.fields == TEXT) | (hits.fields == TEXT_AND_NAME)).nonzero()[0]
    np.maximum.at(seen, hits.rows[in_text], worths[in_text])
