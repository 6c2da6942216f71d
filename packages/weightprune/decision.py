"""A policy's choices -> those that can be carried out, and the sparsities that they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from weightprune.types import LARGEST_STEP, SMALLEST_STEP, Allocation, Choice, Situation

FULLEST = 0.99
"""No layer is pruned beyond this: without any weight it would pass nothing on."""

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The choices that hold, and for every other one a sentence that says why it does not."""

    accepted: tuple[Choice, ...]
    rejected: tuple[str, ...]


def check(choices: Iterable[Choice], situation: Situation) -> Checked:
    """Part the choices that name a layer once and keep to the bounds from the others.

    Of two choices for one layer the first stands. Each sentence names the layer, the rule and the
    value, so that a language model can mend its answer.
    """
    known = {profile.layer.name: profile.sparsity for profile in situation.profiles}
    accepted: dict[str, Choice] = {}
    rejected = []
    for choice in choices:
        if problem := _problem(choice, known, accepted):
            rejected.append(problem)
        else:
            accepted[choice.layer_name] = choice
    return Checked(accepted=tuple(accepted.values()), rejected=tuple(rejected))


def _problem(choice: Choice, known: Allocation, accepted: Iterable[str]) -> str:
    name, more = choice.layer_name, choice.additional_sparsity
    if name not in known:
        return f"{name[:200]}: there is no such layer"
    if name in accepted:
        return f"{name}: chosen twice; the first choice stands"
    # written so that NaN is refused, too
    if not SMALLEST_STEP - ROUNDING <= more <= LARGEST_STEP + ROUNDING:
        return (
            f"{name}: additional_sparsity must lie in {SMALLEST_STEP}..{LARGEST_STEP}, not {more:g}"
        )
    if known[name] + more > FULLEST + ROUNDING:
        return (
            f"{name}: {100 * known[name]:.1f} % are zero and {100 * more:.1f} % more would pass "
            f"{100 * FULLEST:.0f} %"
        )
    return ""


def fitted(choices: Sequence[Choice], situation: Situation) -> Allocation:
    """The sparsity each chosen layer is to have: all steps scaled by one factor to meet the target.

    Choices that stay below the target are taken as they are; the others end on it, but for the
    fraction of a weight that a layer may lack.
    """
    profiles = {profile.layer.name: profile for profile in situation.profiles}
    total = sum(profile.layer.weights for profile in profiles.values())
    gain = sum(
        choice.additional_sparsity * profiles[choice.layer_name].layer.weights for choice in choices
    )
    left = max(0.0, situation.target - situation.sparsity) * total
    factor = min(1.0, left / gain) if gain else 0.0
    return {
        choice.layer_name: profiles[choice.layer_name].sparsity
        + factor * choice.additional_sparsity
        for choice in choices
    }
