"""What every allocator promises, and the limits that hold for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from weightprune.balance import reaching
from weightprune.network import Network
from weightprune.types import Allocation, Layer

FULLEST = 0.95
"""No allocator makes a layer sparser than this."""
ROUNDING = 1e-9


class Allocator(Protocol):
    """Says how sparse each layer is to be."""

    def allocate(self, network: Network, target: float) -> Allocation:
        """A sparsity for every layer, `target` over all weights, none above FULLEST.

        The network is as it was when this returns. Raises ValueError where the target lies above
        FULLEST or below 0.
        """


def settled(wanted: Allocation, layers: Iterable[Layer], target: float) -> dict[str, float]:
    """`wanted`, all raised or lowered by one amount within 0..FULLEST, so as to meet the target.

    Raises ValueError where the target is not in 0..FULLEST.

    >>> layers = [Layer(name=name, block=0, kind="a", shape=(1, 10)) for name in "ab"]
    >>> shares = settled({"a": 0.2, "b": 0.8}, layers, 0.6)
    >>> round(shares["a"], 6), round(shares["b"], 6)
    (0.3, 0.9)
    """
    check_target(target)
    size = {layer.name: layer.weights for layer in layers}
    goal = target * sum(size.values())

    def moved(shift: float) -> dict[str, float]:
        return {name: min(FULLEST, max(0.0, wanted[name] + shift)) for name in size}

    def removed(shift: float) -> float:
        return sum(share * size[name] for name, share in moved(shift).items())

    return moved(reaching(goal, removed, -max(wanted.values()), FULLEST - min(wanted.values())))


def check_target(target: float) -> None:
    """Raise ValueError where the target is not in 0..FULLEST."""
    if not 0 <= target <= FULLEST + ROUNDING:
        raise ValueError(f"target must lie in 0..{FULLEST}, not {target}; choose a smaller one")
