"""A MindAct-style ranker: a cross-encoder reads the task beside each element (Mind2Web, 2023)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from domprune.arms.order import by_score
from domprune.interfaces import Ranking
from domprune.text import squeeze
from domprune.types import Case, Element

ScorePairs = Callable[[str, Sequence[str]], Sequence[float]]
"""One score for each text, given the question; higher is better."""

PREVIOUS_ACTIONS = 3
TARGET_CHARS = 600
ANCESTOR_CHARS = 300
ATTRIBUTES = ("type", "role", "aria-label", "placeholder", "title", "alt", "name", "id", "class")
MOST_READ = 20_000
"""Elements of a page that the model reads; those after them are left out."""


class CrossEncoder:
    """Ranks elements by a model that reads question and element together."""

    def __init__(self, score_pairs: ScorePairs) -> None:
        """`score_pairs`: a loaded model, see `cross_encoder_model`."""
        self._score_pairs = score_pairs

    def rank(self, case: Case) -> Ranking:
        """The elements, the first `MOST_READ` of the page, by the model's score."""
        elements = case.snapshot.elements[:MOST_READ]
        texts = [candidate(element) for element in elements]
        return Ranking(scored=by_score(elements, self._score_pairs(query(case), texts)))


def query(case: Case) -> str:
    """The question in the form that MindAct's ranker was trained on: task, then last actions.

    Where the case has no high-level task its one step is the task.
    """
    previous = "; ".join(case.history[-PREVIOUS_ACTIONS:])
    return f"task is: {case.task or case.subtask.next_steps}\nPrevious actions: \n{previous}"


def candidate(element: Element) -> str:
    """The element in that form: what surrounds it, then itself with its attributes in brackets.

    A snapshot has no tree of tags; label and context stand for the ancestors' text.
    """
    attributes = [
        f"{name} {element.attributes[name]}" for name in ATTRIBUTES if name in element.attributes
    ]
    target = " ".join([element.tag, *attributes, element.name or element.text, *element.options])
    around = squeeze(f"{element.label} {element.context}", ANCESTOR_CHARS)
    return f"ancestors: {around}\ntarget: ({squeeze(target, TARGET_CHARS)})"
