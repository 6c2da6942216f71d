"""Settings and steps -> prompts, dialogue and reward as GRPO takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.training.types import Answer, Converse, Prompt
from domprune.experiment.training.pages import Pages
from domprune.experiment.training.roles import (
    QUESTIONS,
    ground_by_second_turn,
    ground_with,
    planner_reader,
    read_unified,
    second_turn,
)
from domprune.experiment.training.settings import GroundedBy, Trainee
from domprune.render import render
from domprune.roles.filter_rules import RulesFilter
from domprune.roles.grounder_rules import RulesGrounder
from domprune.train.dialogues import Dialogues
from domprune.train.reward import HierarchicalReward, RewardParts
from domprune.types import Annotated

if TYPE_CHECKING:
    from domprune.experiment.training.rft import Prune4WebRft


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewarding:
    """What is asked, how the dialogue goes on, and what an answer is worth."""

    prompts: Mapping[str, Prompt]
    """By the id of the step's case."""
    converse: Converse | None
    reward: HierarchicalReward

    def __call__(
        self, prompts: Sequence[Prompt], answers: Sequence[Answer]
    ) -> list[Mapping[str, float]]:
        """The parts of each answer's reward; the reward that GRPO asks."""
        pairs = zip(prompts, answers, strict=True)
        return [self.reward.score(prompt.id, answer.turns) for prompt, answer in pairs]


def rewarding_of(settings: Prune4WebRft, steps: Sequence[Annotated]) -> Rewarding:
    """Prompts and reward of all steps, trained on or held out."""
    pages = Pages(settings.scoring, settings.steps.keep)
    dialogues = Dialogues(QUESTIONS, pages.prune, render, pictured=settings.pictures)
    unified = settings.trainee is Trainee.unified
    ask = dialogues.unified_prompt if unified else dialogues.planner_prompt
    rules = ground_with(RulesGrounder())
    converses = settings.grounded_by is GroundedBy.model
    parts = RewardParts(
        read=read_unified if unified else planner_reader(RulesFilter()),
        prune=pages.prune,
        ground=ground_by_second_turn(rules) if converses else rules,
    )
    return Rewarding(
        prompts={step.case.id: ask(step) for step in steps},
        converse=second_turn(steps, dialogues) if converses else None,
        reward=HierarchicalReward(steps, parts, alpha=settings.alpha, beta=settings.beta),
    )
