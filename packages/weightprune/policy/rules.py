"""Situation -> decision by rules: the language model's deterministic twin, and the default."""

from __future__ import annotations

import math
from collections.abc import Sequence

from weightprune.balance import shares_removing
from weightprune.decision import FULLEST
from weightprune.types import (
    LARGEST_STEP,
    SMALLEST_STEP,
    Allocation,
    Choice,
    Decision,
    Feedback,
    LayerProfile,
    Situation,
)

FIRST_GAIN = 0.15
"""Global sparsity that the first round asks for, and the most that any round does."""
SMALLEST_GAIN = 0.002
WORSE_A_ROUND = 0.12
"""How much worse (relative perplexity) a round is to make the model: somewhat less than what the
loop rolls back (0.15). Where the goals lead, many small rounds come to the same sparsities as a
few large ones."""
LEAST_LOSS = 1e-3
"""Of the logarithm of the perplexity: less is noise, and says nothing about what more would do."""
POWERS = (1.0, 3.0, 6.0)
"""With which power of the sparsity the loss grows: at least, where only one round is known, and at
most."""
HALF = 0.5


class RulesPolicy:
    """Prunes towards the goals of the profile, in rounds as large as the model has borne so far.

    Reads nothing but the situation and keeps nothing: the same situation gives the same decision.
    """

    def decide(self, situation: Situation) -> Decision:
        """Choices that add up to the round's gain, or a stop where nothing is left to do."""
        left = situation.target - situation.sparsity
        if left <= 0:
            return Decision(reasoning="The target is reached.", stop_pruning=True)
        gain = min(left, _bearable_gain(situation))
        weights = sum(profile.layer.weights for profile in situation.profiles)
        steps = _steps(situation.profiles, gain * weights)
        if not steps:
            return Decision(reasoning="Every layer is as sparse as it may be.", stop_pruning=True)
        choices = tuple(
            Choice(layer_name=name, additional_sparsity=step) for name, step in steps.items()
        )
        return Decision(reasoning=_reasoning(situation, gain, choices), choices=choices)


def _bearable_gain(situation: Situation) -> float:
    """Half of the last round's gain after a rollback; else as much as costs WORSE_A_ROUND.

    That is read off the power of the sparsity that goes through the loss (log perplexity, above the
    dense model's) now and before the last round.
    """
    feedback = situation.feedback
    if feedback is None:
        return FIRST_GAIN
    before = _asked(feedback, situation.profiles)
    if not before:
        return FIRST_GAIN
    if feedback.rolled_back:
        return max(SMALLEST_GAIN, HALF * before)
    loss = math.log(situation.perplexity / situation.dense_perplexity)
    loss_before = loss - math.log1p(feedback.perplexity_change)
    reached, start = situation.sparsity, situation.sparsity - before
    if loss < LEAST_LOSS:
        return FIRST_GAIN
    least, power, most = POWERS
    if loss_before > LEAST_LOSS and start > 0:
        power = math.log(loss / loss_before) / math.log(reached / start)
    power = min(most, max(least, power))
    growth = (1 + math.log1p(WORSE_A_ROUND) / loss) ** (1 / power)
    return min(FIRST_GAIN, max(SMALLEST_GAIN, reached * (growth - 1)))


def _asked(feedback: Feedback, profiles: Sequence[LayerProfile]) -> float:
    """The global gain of the last decision, whether it was kept or rolled back."""
    if not feedback.rolled_back:
        return feedback.sparsity_gain
    size = {profile.layer.name: profile.layer.weights for profile in profiles}
    asked = sum(
        choice.additional_sparsity * size.get(choice.layer_name, 0)
        for choice in feedback.decision.choices
    )
    return asked / sum(size.values())


def _steps(profiles: Sequence[LayerProfile], weights: float) -> Allocation:
    """Steps that remove so many `weights`, each in proportion to the way its layer has to go.

    Fewer where that would lead beyond a goal, or further than one step may. Steps below
    SMALLEST_STEP are rounded to it or left out, whichever is nearer.
    """
    room = {
        profile.layer.name: min(LARGEST_STEP, FULLEST - profile.sparsity) for profile in profiles
    }
    able = [profile for profile in profiles if room[profile.layer.name] >= SMALLEST_STEP]
    if not able:
        return {}
    layers = [profile.layer for profile in able]

    def along(ways: Allocation) -> Allocation:
        def at(scale: float) -> Allocation:
            wanted = {name: min(room[name], scale * way) for name, way in ways.items()}
            return {
                name: max(SMALLEST_STEP, step)
                for name, step in wanted.items()
                if step >= HALF * SMALLEST_STEP
            }

        return shares_removing(weights, at, layers, 0.0, 1.0)

    # where all goals are reached and the target is not, all layers go on alike
    return along(_ways(able)) or along({layer.name: 1.0 for layer in layers})


def _ways(profiles: Sequence[LayerProfile]) -> Allocation:
    """How far each layer is from its goal; 1 where it has none.

    Layers without goals go alike: z-scores order layers worse than chance does (issue 3's study),
    so they decide nothing here.
    """
    return {
        profile.layer.name: 1.0 if profile.goal is None else profile.goal - profile.sparsity
        for profile in profiles
    }


def _reasoning(situation: Situation, gain: float, choices: Sequence[Choice]) -> str:
    largest = max(choices, key=lambda choice: choice.additional_sparsity)
    aimed = any(profile.goal is not None for profile in situation.profiles)
    by = "by how far each is from its goal" if aimed else "evenly, for want of goals"
    feedback = situation.feedback
    if feedback is None:
        after = "the first round"
    elif feedback.rolled_back:
        after = "half of what was just rolled back"
    else:
        after = f"after {100 * feedback.perplexity_change:+.1f} % of perplexity"
    return (
        f"{100 * gain:.2f} points more ({after}) from {len(choices)} layers, {by}; "
        f"most from {largest.layer_name} (+{100 * largest.additional_sparsity:.1f})."
    )
