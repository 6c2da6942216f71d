"""The data of the pipeline, in the order in which they appear.

model -> profile -> decision -> pruned -> evaluated -> kept or rolled back
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

SMALLEST_STEP = 0.01
LARGEST_STEP = 0.15
"""Bounds of what one decision may add to one layer's sparsity (paper, section 3.3)."""

SPARSEST = 0.95
"""No target, probe or allocator makes a layer sparser: beyond, a model is mostly rounding."""

Allocation: TypeAlias = Mapping[str, float]
"""Layer name -> sparsity in [0, 1): the share of its weights that are zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One prunable linear layer: a weight matrix inside a decoder block.

    `name` is unique in the model ("model.layers.3.mlp.down_proj"); `block` counts decoder blocks
    from 0; `kind` is what layers of equal role share ("mlp.down_proj"); `shape` is (d_out, d_in).
    """

    name: str
    block: int
    kind: str
    shape: tuple[int, int]

    @property
    def weights(self) -> int:
        """How many weights the matrix has."""
        return self.shape[0] * self.shape[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerProfile:
    """What a policy reads about one layer before it decides (paper, section 3.2).

    `z_s` and `z_g` are z-scores over all layers of the sensitivity s (10th percentile of the Wanda
    metric over active weights) and of the mean absolute gradient g; negative: safer than average.
    `goal` is the sparsity that the layer would best have at the target, where a weight costs the
    same in every layer, by the slope of the divergence from the dense model's output; None where
    it was not measured.
    """

    layer: Layer
    z_s: float
    z_g: float
    sparsity: float
    goal: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Prune one layer by so much more: `additional_sparsity` in [SMALLEST_STEP, LARGEST_STEP]."""

    layer_name: str
    additional_sparsity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a policy wants done in one round, and why."""

    reasoning: str
    choices: tuple[Choice, ...] = ()
    stop_pruning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What came of the round before (paper, section 3.4).

    `sparsity_gain` is global and in [0, 1]; `perplexity_change` is relative (0.15: 15 % worse) and
    infinite where the perplexity was not finite; `rejected` says which choices were dropped, why.
    """

    decision: Decision
    sparsity_gain: float
    perplexity_change: float
    verdict: str
    rolled_back: bool = False
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything that a policy is told; a language model and the rules read the same."""

    sparsity: float
    target: float
    perplexity: float
    dense_perplexity: float
    profiles: tuple[LayerProfile, ...]
    feedback: Feedback | None = None
    number: int = 1
    """Which round is to be decided, from 1: equal situations of two rounds stay two questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One finished iteration of the loop, as history.jsonl keeps it.

    `sparsity_after` and `perplexity_after` are what the round's pruning led to, also where it was
    taken back; an infinite perplexity stands for one that was not finite.
    """

    number: int
    decision: Decision
    rejected: tuple[str, ...]
    rolled_back: bool
    sparsity_before: float
    sparsity_after: float
    perplexity_before: float
    perplexity_after: float
    allocation: Allocation
    """Sparsity of every layer when the round was over: after the rollback, if there was one."""
    seconds: Mapping[str, float]
    """Time per stage: profile, decide, prune, evaluate."""
