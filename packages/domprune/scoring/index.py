"""Score all elements of a page at once: elements -> words laid out -> hits -> scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from domprune.scoring.clues import Clues
from domprune.scoring.fuzzy import misspelt
from domprune.scoring.hits import Grader, Scores
from domprune.scoring.letters import StrayNul
from domprune.scoring.lexicon import read_keyword, same_thing
from domprune.scoring.match import option_match
from domprune.scoring.naming import Naming
from domprune.scoring.prior import in_places, prior
from domprune.scoring.reading import Reading
from domprune.scoring.settings import ScoringSettings
from domprune.scoring.worths import Worths
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
        total = self._worths(program, prior, settings).total(program, settings)
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

    def _worths(self, program: Program, prior: Scores, settings: ScoringSettings) -> Worths:
        """Return what every keyword is worth in every element.

        Only where no element that the action fits is named by a keyword are other words for the
        same thing tried, and then words spelt much the same.
        """
        keywords = [*program.keyword_weights]
        asked = [*map(read_keyword, keywords)]
        worths = Worths(len(asked), len(prior), settings.tiers(program.action_type))
        grader, naming, vocabulary = Grader(settings), self._naming, self._naming.vocabulary
        named = naming.hits({which: [own] for which, own in enumerate(asked)}, grader)
        worths.take(named)
        fit = (worths.best * prior).max(axis=1, initial=0.0)
        unnamed = (fit < settings.named).nonzero()[0].tolist()
        held = vocabulary.held([same_thing(keywords[which]) for which in unnamed])
        others = naming.hits(dict(zip(unnamed, held, strict=True)), grader)
        worths.take(others, settings.same_thing)
        known = named.matched | others.matched
        alike = {
            which: misspelt(asked[which], vocabulary, vocabulary.alike, settings.fuzzy_threshold)
            for which in unnamed
            if which not in known
        }
        worths.take(naming.hits(alike, grader), settings.fuzzy)
        self._clues.find(asked, worths, grader)
        return worths


def _without_nuls(element: Element) -> Element:
    said: dict[str, Any] = {
        field.name: one.replace("\0", " ")
        for field in fields(element)
        if isinstance(one := getattr(element, field.name), str)
    }
    attributes = {name: one.replace("\0", " ") for name, one in element.attributes.items()}
    return replace(element, **said, attributes=attributes)
