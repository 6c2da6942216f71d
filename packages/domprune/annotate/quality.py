"""Labels -> an annotated step, or why it is dropped (Prune4Web, appendix B.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from common.tokens import estimated_tokens
from domprune.annotate.labels import Labels
from domprune.interfaces import ScoreElements
from domprune.text import stems, words
from domprune.types import Action, Annotated, Case, Dropped, Gold, Program, SubTask

LOST = "gold_lost"
TOO_LONG = "html_too_long"
PRUNED_AWAY = "gold_pruned_away"

MakeProgram = Callable[[SubTask, Mapping[str, int]], Program]
"""A sub-task and its keyword weights -> the scoring program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityControl:
    """What a step must pass to be trained on.

    `keep` is N: the right element must be among the N best after pruning with the annotated
    keywords. `longest_html` is in estimated tokens; 0: no limit.
    """

    score: ScoreElements
    program: MakeProgram
    keep: int = 20
    longest_html: int = 0

    def refusal(self, case: Case) -> Dropped | None:
        """Why the case is not worth annotating, None where it is."""
        if case.subtask.action_type.needs_element and not case.gold.same_control:
            return Dropped(case.id, LOST)
        if self.longest_html and estimated_tokens(case.snapshot.html_chars) > self.longest_html:
            return Dropped(case.id, TOO_LONG)
        return None

    def check(self, case: Case, labels: Labels, screenshot: Path | None) -> Annotated | Dropped:
        """The annotated step, or the rule that it breaks."""
        program = self.program(labels.subtask, labels.keyword_weights)
        element = self._best_gold(case, program)
        if case.subtask.action_type.needs_element and element is None:
            return Dropped(case.id, PRUNED_AWAY)
        return Annotated(
            case=case,
            subtask=labels.subtask,
            program=program,
            thought=labels.thought,
            action=_action(case, element),
            screenshot=screenshot,
        )

    def _best_gold(self, case: Case, program: Program) -> int | None:
        """The right element that the grounder would read: the labelled one, where it is kept."""
        if not case.subtask.action_type.needs_element:
            return None
        scores = self.score(case.snapshot.elements, program)
        ranked = sorted(range(len(scores)), key=lambda place: -scores[place])
        kept = ranked[: self.keep]
        return _first_of(kept, case.gold)


def said_share(subtask: SubTask, program: Program) -> float | None:
    """The share of a program's keywords that the sub-task says, word by word; None without any.

    What a filter can learn from the sub-task alone is at most this share and what follows from it
    (synonyms, abbreviations); words that only the right element's markup has are in the rest.
    """
    said = " ".join((subtask.next_steps, subtask.target_text, subtask.value))
    known = set(stems(words(said)))
    hits = [known.issuperset(stems(words(keyword))) for keyword in program.keyword_weights]
    return sum(hits) / len(hits) if hits else None


def _first_of(kept: list[int], gold: Gold) -> int | None:
    for wanted in (gold.exact, gold.same_control):
        for place in kept:
            if place in wanted:
                return place
    return None


def _action(case: Case, element: int | None) -> Action:
    subtask = case.subtask
    return Action(action_type=subtask.action_type, element_id=element, value=subtask.value)
