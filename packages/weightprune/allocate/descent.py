"""Even out what a weight costs in every layer, at the target itself, by the divergence's slope.

One way back through the pruned network tells every layer's price at once: how much the divergence
rises for each of the weights that would go next, or falls for those that would come back. Layers
whose weights cost little give more of them, until a weight costs the same everywhere: where no
trade between two layers gains anything (the optimality condition of Lagrange, to first order).
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from weightprune.allocate.interface import check_target, settled
from weightprune.allocate.settings import DescentSettings
from weightprune.balance import shares_removing
from weightprune.checkpoint import Checkpoint
from weightprune.divergence import Divergence
from weightprune.interfaces import Operator
from weightprune.network import Network
from weightprune.types import SPARSEST, Allocation, Layer

STIFFNESS = (4.0, 16.0)
"""By which factor of e a price is thought to rise per unit of sparsity, in the first and the last
step: the steps grow shorter."""
LARGEST_MOVE = 0.1
NOISE = 0.1
"""The share of the positive prices that are taken for noise: prices below are raised to the
least of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """Says how sparse each layer is to be, from the dense network, without one probe."""

    divergence: Divergence
    """From the dense network, on the search windows; counts the evaluations."""
    operator: Operator
    """Removes weights in the order in which they will go; changes no others."""
    settings: DescentSettings
    seed: int = 0

    def allocate(self, network: Network, target: float) -> Allocation:
        """See `Allocator`; holds a copy of the dense weights meanwhile."""
        check_target(target)
        dense = Checkpoint(network, [layer.name for layer in network.layers])
        lowest = network.sparsity()
        here = settled({name: max(target, zeros) for name, zeros in lowest.items()},
                       network.layers, target)  # fmt: skip
        draw, passed = random.Random(self.seed), []
        for step in range(self.settings.steps):
            prices = self._prices(network, dense, here, draw)
            here = _evened(prices, here, network.layers, target, self._stiffness(step))
            passed.append(here)
        best = min(
            passed[-self.settings.finalists :],
            key=lambda one: self._divergence_at(network, dense, one),
        )
        dense.restore()
        return best

    @property
    def evaluations(self) -> float:
        """What one call of `allocate` costs, in passes over all search windows."""
        windows = self.divergence.windows
        ways = 3 * min(self.settings.windows, windows) / windows
        return self.settings.steps * ways + min(self.settings.finalists, self.settings.steps)

    def _stiffness(self, step: int) -> float:
        first, last = STIFFNESS
        return first * (last / first) ** (step / max(1, self.settings.steps - 1))

    def _divergence_at(self, network: Network, dense: Checkpoint, allocation: Allocation) -> float:
        dense.restore()
        self.operator.prune(network, allocation)
        return self.divergence.measure()

    def _prices(
        self, network: Network, dense: Checkpoint, here: Allocation, draw: random.Random
    ) -> dict[str, float]:
        """Nats per token and weight, of the weights at the margin of each layer's mask."""
        margins = self._margins(network, dense, here)
        dense.restore()
        self.operator.prune(network, here)
        rises = dict.fromkeys(here, 0.0)

        def add(name: str, gradient: Tensor) -> None:
            # removing a weight moves it by -w: the rise is -w times the slope
            rises[name] -= float((gradient * dense.weight(name))[margins[name]].sum())

        count = min(self.settings.windows, self.divergence.windows)
        self.divergence.backward(draw.sample(range(self.divergence.windows), count), add)
        return {name: rise / max(1, int(margins[name].sum())) for name, rise in rises.items()}

    def _margins(
        self, network: Network, dense: Checkpoint, here: Allocation
    ) -> Mapping[str, Tensor]:
        """The weights that stay a band below each sparsity, and are gone a band above."""
        band = self.settings.band
        dense.restore()
        self.operator.prune(network, {name: max(0.0, at - band) for name, at in here.items()})
        stay = {name: network.weight(name) != 0 for name in here}
        self.operator.prune(network, {name: min(SPARSEST, at + band) for name, at in here.items()})
        return {name: left & (network.weight(name) == 0) for name, left in stay.items()}


def _evened(
    prices: Mapping[str, float],
    here: Allocation,
    layers: tuple[Layer, ...],
    target: float,
    stiffness: float,
) -> Allocation:
    """Move each layer to where its price would be everyone's, if prices rose by e**stiffness."""
    positive = sorted(price for price in prices.values() if price > 0)
    if not positive:
        return dict(here)
    least = positive[int(NOISE * len(positive))]
    logs = {name: math.log(max(price, least)) for name, price in prices.items()}

    def at(price: float) -> Allocation:
        moves = {name: (price - log) / stiffness for name, log in logs.items()}
        return {
            name: min(SPARSEST, max(0.0, here[name] + min(LARGEST_MOVE, max(-LARGEST_MOVE, move))))
            for name, move in moves.items()
        }

    goal = target * sum(layer.weights for layer in layers)
    reach = stiffness * LARGEST_MOVE
    low, high = min(logs.values()) - reach, max(logs.values()) + reach
    return settled(shares_removing(goal, at, layers, low, high), layers, target)
