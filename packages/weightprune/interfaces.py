"""What the stages promise one another: a policy decides, an operator prunes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from torch import Tensor

from weightprune.network import Network
from weightprune.types import Allocation, Decision, Situation


class Policy(Protocol):
    """Decides where to prune next: a language model, or its deterministic twin, the rules."""

    def decide(self, situation: Situation) -> Decision:
        """The next round's decision."""


class Operator(Protocol):
    """Turns amounts into zeros: which weights of a layer go, and what becomes of the others."""

    def prune(self, network: Network, allocation: Allocation) -> None:
        """Zero weights in place until every layer named has the sparsity given (`places.count_of`).

        Layers that are not named stay bit-identical. Zeros stay zero: a layer that is already
        sparser is left as it is.
        """


class Ordered(Operator, Protocol):
    """An operator whose zeros at one sparsity are among those at every higher one."""

    def levels(self, network: Network, name: str, shares: Sequence[float]) -> Tensor:
        """Which of the rising `shares`, from 1, is the first to zero each weight of the layer.

        (d_out, d_in), int32; 0 for weights that are zero now, len(shares) + 1 for those that stay.
        Nothing is pruned.
        """
