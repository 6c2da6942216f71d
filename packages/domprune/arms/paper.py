"""The paper's scoring template read plainly: the baseline that our own scoring has to beat.

Three tiers of attributes, graded matches, two bonuses (Prune4Web, section 3.2 and A.2). The paper
names the parts and not the numbers; those here are the simplest that keep the order it states, and
nothing looks at the action's type, the page's layout or the element's kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from domprune.arms.order import by_score
from domprune.interfaces import Filter, Ranking
from domprune.text import fold, identifier_words, stem
from domprune.types import Case, Element, Program

TIERS = (1.0, 0.8, 0.5)
SECOND_TIER_ATTRIBUTES = ("aria-label", "placeholder", "title", "alt", "value")
EXACT, PHRASE, ALL_WORDS, STEMMED, FUZZY = 1.0, 0.8, 0.6, 0.5, 0.4
FUZZY_THRESHOLD = 85.0
HEAVIEST_BONUS = 0.5
VISIBLE_BONUS = 0.2
TEXT_READ = 2_000
"""Characters of one text that are compared."""
MOST_COMPARED = 4_000_000
"""Comparisons of a keyword with a text on one page; elements that come after them score 0.

Pages of 20,000 elements and ten keywords stay below it; all of them take about five seconds.
"""
READING = 8
"""So many comparisons a text costs by being read."""


@dataclass(frozen=True, slots=True)
class Text:
    """A keyword or an attribute's value as it is compared, and as it was written."""

    folded: str
    written: str

    @property
    def words(self) -> frozenset[str]:
        """The folded words, camel case and underscores taken apart."""
        return _words(self.written)


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword with its stems and the beginnings that they share with all words of that stem."""

    text: Text
    words: frozenset[str]
    stems: frozenset[str]
    beginnings: frozenset[str]


class PaperScheme:
    """The paper's template with the filter's keywords."""

    def __init__(self, keyword_filter: Filter) -> None:
        """`keyword_filter`: asked where the case does not give the keywords itself."""
        self._filter = keyword_filter

    def rank(self, case: Case) -> Ranking:
        """All elements by the paper's score."""
        program = program_for(case, self._filter)
        elements = case.snapshot.elements
        scores = paper_scores(elements, program.keyword_weights)
        return Ranking(scored=by_score(elements, scores), program=program)


def program_for(case: Case, keyword_filter: Filter) -> Program:
    """The case's own keywords where it has them, else what the filter makes of the sub-task."""
    if case.keyword_weights is None:
        return keyword_filter.program(case.subtask)
    return Program(
        keyword_weights=case.keyword_weights,
        action_type=case.subtask.action_type,
        value=case.subtask.value,
    )


def paper_scores(elements: Sequence[Element], keyword_weights: Mapping[str, int]) -> list[float]:
    """The sum over keywords of weight times the best of tier times match; one score an element.

    A match of the heaviest keyword counts half as much again, one in the visible text a fifth.
    Pages that would take minutes are read up to `MOST_COMPARED`.
    """
    if not keyword_weights:
        return [0.0] * len(elements)
    keywords = [(as_keyword(word), weight) for word, weight in keyword_weights.items()]
    heaviest = max(keyword_weights.values())
    scores: list[float] = []
    texts_left = MOST_COMPARED // (len(keywords) + READING)
    for element in elements:
        fields = _fields(element)
        texts_left -= len(fields)
        if texts_left < 0:
            break
        scores.append(
            sum(
                weight * (1 + HEAVIEST_BONUS * (weight == heaviest)) * _best(keyword, fields)
                for keyword, weight in keywords
            )
        )
    return scores + [0.0] * (len(elements) - len(scores))


def as_text(text: str) -> Text:
    """What is compared of a text: its folded first `TEXT_READ` characters."""
    written = text[:TEXT_READ]
    return Text(" ".join(fold(written).split()), written)


def as_keyword(text: str) -> Keyword:
    """The forms of a keyword; of a stem only the last letter may differ from its words'."""
    form = as_text(text)
    stems = frozenset(map(stem, form.words))
    return Keyword(form, form.words, stems, frozenset(one[: max(1, len(one) - 1)] for one in stems))


def match(keyword: Keyword, field: Text) -> float:
    """How well a keyword matches a field: exact, phrase, all words, stemmed, fuzzy, not at all."""
    wanted, folded = keyword.text.folded, field.folded
    if wanted in folded:
        return EXACT if wanted == folded else PHRASE
    if keyword.stems and _may_hold(folded, keyword.beginnings):
        if keyword.words <= field.words:
            return ALL_WORDS
        if keyword.stems <= set(map(stem, field.words)):
            return STEMMED
    likeness = fuzz.ratio(wanted, folded, score_cutoff=FUZZY_THRESHOLD)
    return FUZZY * likeness / 100


def _may_hold(folded: str, beginnings: frozenset[str]) -> bool:
    """Whether the words of a text can have all stems; few can, and only these are looked at."""
    for beginning in beginnings:  # noqa: SIM110 - a generator takes three times as long
        if beginning not in folded:
            return False
    return True


@lru_cache(maxsize=1_000)
def _words(written: str) -> frozenset[str]:
    return frozenset(identifier_words(written))


def _fields(element: Element) -> list[tuple[float, Text]]:
    """The element's texts, each with its tier's weight."""
    second = [element.name, element.label, element.description, element.value]
    second += [element.attributes.get(name, "") for name in SECOND_TIER_ATTRIBUTES]
    third = [
        value for name, value in element.attributes.items() if name not in SECOND_TIER_ATTRIBUTES
    ]
    tiers = ([element.text], second, [*third, element.context])
    return [
        (weight, as_text(text))
        for weight, texts in zip(TIERS, tiers, strict=True)
        for text in dict.fromkeys(texts)
        if text
    ]


def _best(keyword: Keyword, fields: Sequence[tuple[float, Text]]) -> float:
    """The best of tier times match; hits in the visible text, the first tier, get their bonus."""
    if not keyword.text.folded:
        return 0.0
    return max(
        (
            match(keyword, field) * tier * (1 + VISIBLE_BONUS * (tier == TIERS[0]))
            for tier, field in fields
        ),
        default=0.0,
    )
