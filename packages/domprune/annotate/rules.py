"""Case -> labels by rules: which of the sub-task's words tell the right element from the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import log

from domprune.annotate.labels import Labels, gold_element
from domprune.interfaces import Filter, ScoreElements
from domprune.types import Case, Element, Program, SubTask

GREATEST_WEIGHT = 50
SEEN_CHARACTERS = 60
"""Most characters of an element's own words that a sub-task quotes as its name."""
TOLERANCE = 1e-9


class RulesAnnotator:
    """Weighs each word of the sub-task by how well it tells the right element from the others.

    The sub-task keeps the data set's own words; where it names no target, the target is what the
    right element shows on the page, which a planner that sees the picture can read too. Never are
    words taken from what cannot be seen (ids, classes, hidden names).
    """

    def __init__(self, keyword_filter: Filter, score: ScoreElements) -> None:
        """`keyword_filter` finds a sub-task's words and phrases; `score` tries each of them."""
        self._filter = keyword_filter
        self._score = score

    def annotate(self, case: Case, screenshot: bytes | None) -> Labels:
        """The labels; equal cases give equal labels, and the screenshot is not looked at."""
        element = gold_element(case)
        subtask = _told(case, element)
        weights = self._weights(case, subtask, element) if element else {}
        return Labels(subtask=subtask, keyword_weights=weights, thought=_thought(subtask))

    def _weights(self, case: Case, subtask: SubTask, element: Element) -> dict[str, int]:
        """Each keyword's weight, heaviest first: its hit on the right element, less what it shares.

        A keyword that does not hit the right element keeps the weight 1: it is what a planner would
        say, and the filter has to learn that it says little.
        """
        program = self._filter.program(subtask)
        empty = replace(program, keyword_weights={})
        base = self._score(case.snapshot.elements, empty)
        hits = {
            keyword: _raised(base, self._score(case.snapshot.elements, _alone(program, keyword)))
            for keyword in program.keyword_weights
        }
        worths = {key: _worth(raised, element.id) for key, raised in hits.items()}
        most = max(worths.values(), default=0.0)
        scale = (GREATEST_WEIGHT - 1) / most if most > 0 else 0.0
        weights = {keyword: 1 + round(scale * worth) for keyword, worth in worths.items()}
        return dict(sorted(weights.items(), key=lambda item: -item[1]))


def _alone(program: Program, keyword: str) -> Program:
    return replace(program, keyword_weights={keyword: 1})


def _raised(before: Sequence[float], after: Sequence[float]) -> list[float]:
    return [new - old for old, new in zip(before, after, strict=True)]


def _worth(raised: Sequence[float], wanted: int) -> float:
    """The right element's own hit times the information in being hit at least as well, in 0..1."""
    own = raised[wanted]
    if own <= TOLERANCE:
        return 0.0
    as_good = sum(one >= own - TOLERANCE for one in raised)
    return own * (1.0 - log(as_good) / log(len(raised) + 1))


def _told(case: Case, element: Element | None) -> SubTask:
    """The case's sub-task with what a planner that sees the page would add to it."""
    given = case.subtask
    named = given.target_text or (_seen(element) if element else "")
    title = case.snapshot.title.strip()
    return replace(
        given,
        target_text=named,
        state_analysis=given.state_analysis or (f'The page is "{title}".' if title else ""),
        progress_evaluation=given.progress_evaluation or _progress(len(case.history)),
    )


def _seen(element: Element) -> str:
    """What the element shows or is labelled with on the page; "" where that is nothing."""
    shown = (element.text, element.label, element.attributes.get("placeholder", ""), element.value)
    words = " ".join(next((one for one in shown if one.strip()), "").split())
    return words if len(words) <= SEEN_CHARACTERS else words[:SEEN_CHARACTERS].rsplit(" ", 1)[0]


def _progress(steps: int) -> str:
    return f"{steps} steps taken" if steps != 1 else "1 step taken"


def _thought(subtask: SubTask) -> str:
    parts = [subtask.state_analysis, f"So far: {subtask.progress_evaluation}."]
    parts.append(f"The next step is: {subtask.next_steps.rstrip('.')}.")
    if subtask.target_text:
        parts.append(f'The element to act on is "{subtask.target_text}".')
    return " ".join(part for part in parts if part)
