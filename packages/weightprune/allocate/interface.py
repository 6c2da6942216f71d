"""What every allocator promises, and the limits that hold for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from weightprune.balance import shares_removing
from weightprune.network import Network
from weightprune.types import SPARSEST, Allocation, Layer

ROUNDING = 1e-9


class Allocator(Protocol):
    """Says how sparse each layer is to be."""

    def allocate(self, network: Network, target: float) -> Allocation:
        """A sparsity for every layer, `target` over all weights, none above SPARSEST.

        The network is as it was when this returns. Raises ValueError where the target lies above
        SPARSEST or below 0.
        """


def settled(wanted: Allocation, layers: Sequence[Layer], target: float) -> Allocation:
    """`wanted`, all raised or lowered by one amount within 0..SPARSEST, so as to meet the target.

    Raises ValueError where the target is not in 0..SPARSEST.

    >>> layers = [Layer(name=name, block=0, kind="a", shape=(1, 10)) for name in "ab"]
    >>> shares = settled({"a": 0.2, "b": 0.8}, layers, 0.6)
    >>> round(shares["a"], 6), round(shares["b"], 6)
    (0.3, 0.9)
    """
    check_target(target)

    def moved(shift: float) -> Allocation:
        return {one.name: min(SPARSEST, max(0.0, wanted[one.name] + shift)) for one in layers}

    goal = target * sum(layer.weights for layer in layers)
    low, high = -max(wanted.values()), SPARSEST - min(wanted.values())
    return shares_removing(goal, moved, layers, low, high)


def check_target(target: float) -> None:
    """Raise ValueError where the target is not in 0..SPARSEST."""
    if not 0 <= target <= SPARSEST + ROUNDING:
        raise ValueError(f"target must lie in 0..{SPARSEST}, not {target}; choose a smaller one")
