"""Sampled answers -> R = R_format + alpha R_filter + beta R_ground (Prune4Web, D.2).

answer -> sub-task, program -> (filter, really run on the step's page) kept -> action -> parts
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domprune.train.dialogues import Prune
from domprune.types import Action, Annotated, Program, Pruned, SubTask

Answers = Sequence[str]
"""The assistant's turns of one sampled dialogue, one or two."""

ReadFirst = Callable[[str], tuple[SubTask, Program] | None]
"""The first turn's sub-task and program; None where its format is wrong."""

Ground = Callable[[SubTask, Pruned, Answers], Action | None]
"""The action that follows from a sampled dialogue; None where there is no valid one."""

PARTS = ("format", "filter", "ground")


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardParts:
    """What the reward is made of: reading, pruning and grounding as they are done at work."""

    read: ReadFirst
    prune: Prune
    ground: Ground


class HierarchicalReward:
    """Scores sampled dialogues; a part counts only where the one before it is won.

    R_format: the first turn has the asked form. R_filter: a gold element is among those that the
    answer's program keeps of the page. R_ground: action type, element and value equal the gold. On
    a step whose gold is no element there is nothing to prune, so that R_filter is R_format.
    """

    def __init__(
        self, steps: Sequence[Annotated], parts: RewardParts, *, alpha: float, beta: float
    ) -> None:
        """`steps`: every step that may be asked about, found by its case's id."""
        self._steps = {step.case.id: step for step in steps}
        self._parts = parts
        self._weights = {"format": 1.0, "filter": alpha, "ground": beta}

    def score(self, case_id: str, answers: Answers) -> Mapping[str, float]:
        """The three parts of one dialogue, weighted; their sum is R."""
        won = self._won(self._steps[case_id], answers)
        return {part: self._weights[part] * (place < won) for place, part in enumerate(PARTS)}

    def _won(self, step: Annotated, answers: Answers) -> int:
        """How many of the three parts are won, in their order."""
        first = self._parts.read(answers[0]) if answers else None
        if first is None:
            return 0
        subtask, program = first
        kept = Pruned((), 0)
        if step.action.action_type.needs_element:
            kept = self._parts.prune(step.case, program)
            if not step.case.gold.same_control & {scored.element.id for scored in kept.kept}:
                return 1
        action = self._parts.ground(subtask, kept, answers)
        return 3 if action is not None and is_gold(action, step) else 2


def is_gold(action: Action, step: Annotated) -> bool:
    """Whether type, element and value all equal the gold; any element of the control will do."""
    gold, elements = step.action, step.case.gold.same_control
    right_place = (
        action.element_id in elements
        if gold.action_type.needs_element
        else action.element_id is None
    )
    same_value = " ".join(action.value.split()) == " ".join(gold.value.split())
    return action.action_type is gold.action_type and right_place and same_value
