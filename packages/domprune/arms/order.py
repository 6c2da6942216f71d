"""Elements and what an arm thinks of them -> elements best first."""

from __future__ import annotations

from collections.abc import Sequence

from domprune.types import Element, Pruned, Scored


def by_score(
    elements: Sequence[Element], scores: Sequence[float], keep: int | None = None
) -> tuple[Scored, ...]:
    """The elements with their scores, highest first, the first `keep`; ties keep their order."""
    order = sorted(range(len(elements)), key=scores.__getitem__, reverse=True)
    return tuple(Scored(elements[row], scores[row]) for row in order[:keep])


def pruned_by_score(elements: Sequence[Element], scores: Sequence[float], keep: int) -> Pruned:
    """What a grounder is shown: the `keep` elements that score highest, objects for these alone."""
    return Pruned(by_score(elements, scores, keep), len(elements))


def by_rank(elements: Sequence[Element]) -> tuple[Scored, ...]:
    """The elements in the given order, scored by how many stand behind them."""
    count = len(elements)
    return tuple(Scored(element, float(count - rank)) for rank, element in enumerate(elements, 1))
