"""The scoring template (Prune4Web, section 3.2, step 2), written to be read.

This file with its parameters filled in is the program that a run logs: see `emit`. Run on the
elements of a page it gives, to the last bit, the scores of the indexed scorer that does the work
(on pages stuffed with the keywords that one stops at `hits.MOST_GRADED` places).
"""

from __future__ import annotations

from collections.abc import Sequence

from domprune.scoring.fields import AROUND, IDENTIFIERS, NAMING, read_fields
from domprune.scoring.fuzzy import misspelt
from domprune.scoring.lexicon import read_keyword, same_thing
from domprune.scoring.match import Keyword, Words, identifier, option_match, prose, quality
from domprune.scoring.prior import in_places, prior
from domprune.scoring.settings import ScoringSettings
from domprune.types import ActionType, Element, Program

Meaning = tuple[Keyword, float]
"""Words that a keyword may stand for, and what a hit of them is worth."""

# parameters >
PROGRAM = Program(keyword_weights={})
SETTINGS = ScoringSettings()
# < parameters


def score(
    elements: Sequence[Element], program: Program = PROGRAM, settings: ScoringSettings = SETTINGS
) -> list[float]:
    """Return one score an element: prior · (base + Σ weight · (best hit + bonuses))."""
    fields = [_read(element) for element in elements]
    shares = in_places(elements, program.places)
    priors = [
        prior(element, program, settings) * (1.0 + settings.place_bonus * share)
        for element, share in zip(elements, shares, strict=True)
    ]
    tiers = settings.tiers(program.action_type)
    heaviest = max(program.keyword_weights.values(), default=0)
    total = [0.0] * len(elements)
    for keyword, weight in program.keyword_weights.items():
        own = read_keyword(keyword)
        meant = _meant(keyword, fields, priors, tiers, settings)
        bonus = settings.top_keyword_bonus if weight == heaviest else 0.0
        for row, said in enumerate(fields):
            hits = _hits(own, meant, said, settings)
            best = max((tiers[field] * hit for field, hit in hits.items()), default=0.0)
            seen = hits.get("text", 0.0)
            total[row] += weight * (best + bonus * best + settings.visible_bonus * seen)
    if program.action_type is ActionType.SELECT_OPTION and program.value:
        for row, element in enumerate(elements):
            total[row] += settings.option * option_match(program.value, element.options, settings)
    return [(t + settings.base) * p for t, p in zip(total, priors, strict=True)]


def _read(element: Element) -> dict[str, Words]:
    """Return the words of each field that says something."""
    return {
        field: (identifier if field in IDENTIFIERS else prose)(said)
        for field, said in read_fields(element).items()
    }


def _hits(
    own: Keyword, meant: Sequence[Meaning], said: dict[str, Words], settings: ScoringSettings
) -> dict[str, float]:
    """Return how well each field of an element matches a keyword, or what it may stand for."""
    hits = {field: _hit(meant, said[field], settings) for field in NAMING if field in said}
    for field in (*AROUND, *IDENTIFIERS):
        if field in said:
            hits[field] = quality(own, said[field], field in AROUND, settings)
    return hits


def _hit(meant: Sequence[Meaning], said: Words, settings: ScoringSettings) -> float:
    return max(worth * quality(words, said, True, settings) for words, worth in meant)


def _meant(
    keyword: str,
    fields: Sequence[dict[str, Words]],
    priors: Sequence[float],
    tiers: dict[str, float],
    settings: ScoringSettings,
) -> list[Meaning]:
    """Return what the keyword may stand for on this page, with what a hit of each is worth.

    The keyword itself comes first. Only where it names no element that the action fits do other
    words for the same thing join it, and where the page has none of them, words spelt alike.
    """
    own = read_keyword(keyword)
    meant = [(own, 1.0)]
    for said, fit in zip(fields, priors, strict=True):
        named = (tiers[f] * _hit(meant, said[f], settings) for f in NAMING if f in said)
        if max(named, default=0.0) * fit >= settings.named:
            return meant
    texts = [said[field] for said in fields for field in NAMING if field in said]
    vocabulary = frozenset(word for text in texts for word in text)
    for other in same_thing(keyword):
        held = vocabulary.issuperset(other.words)
        if held or (other.is_unspaced and any(other.joined in "".join(text) for text in texts)):
            meant.append((other, settings.same_thing))
    if not any(_hit(meant, text, settings) for text in texts):
        alike = misspelt(own, vocabulary, lambda *_: vocabulary, settings.fuzzy_threshold)
        meant += [(other, settings.fuzzy) for other in alike]
    return meant
