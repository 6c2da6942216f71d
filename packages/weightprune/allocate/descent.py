"""Even out what a weight costs in every layer, at the target itself, by the divergence's slope.

One way back through the pruned network tells, for every layer at once, what each of its weights
that would go next adds to the divergence, and what each that would come back takes away. Summed in
the order in which weights go, that is the layer's cost at every sparsity near the present one, to
first order. The sparsities that cost least together are taken, with a penalty on long moves that
grows from step to step: first layers come to where a weight costs the same everywhere (the
optimality condition of Lagrange), then each to the best of the sparsities close by, since single
weights make the cost jagged.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from weightprune.allocate.interface import check_target, settled
from weightprune.allocate.settings import DescentSettings
from weightprune.balance import shares_removing
from weightprune.checkpoint import Checkpoint
from weightprune.clock import Clock
from weightprune.divergence import Divergence
from weightprune.interfaces import Ordered
from weightprune.network import Network
from weightprune.types import SPARSEST, Allocation, Layer

GRID = 0.01
"""Sparsities whose costs are told apart; LEVELS of them, and one more for what always stays."""
LEVELS = round(SPARSEST / GRID) + 1
SHARES = [level * GRID for level in range(1, LEVELS)]
"""The sparsity of each level but the lowest, 0."""
LARGEST_MOVE = 10
"""In levels."""
STIFFNESS = (8.0, 200.0)
"""How much dearer a weight is thought to become per unit of sparsity, beyond what the slope says,
in the first and the last step; in mean prices."""
BAND = 5
"""Levels on either side over which a mean price is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """Says how sparse each layer is to be, from the dense network, without one probe."""

    divergence: Divergence
    """From the dense network, on the search windows; counts the evaluations."""
    operator: Ordered
    """Removes weights in the order in which they will go; changes no others."""
    settings: DescentSettings
    clock: Clock = field(default_factory=Clock)
    """Told how long the passes through the model took (`passes`), and, amid these, what was made
    of them (`goals`); all else counts for whoever measures the whole."""
    seed: int = 0

    def allocate(self, network: Network, target: float) -> Allocation:
        """See `Allocator`; holds a copy of the dense weights, and a byte a weight, meanwhile."""
        check_target(target)
        dense = Checkpoint(network, [layer.name for layer in network.layers])
        zeros = network.sparsity()
        steps = self._steps(network, dense, zeros, target)
        finalists = list(steps)[-self.settings.finalists :]
        best = finalists[0] if len(finalists) == 1 else self._best(network, dense, finalists)
        dense.restore()
        return best

    def _steps(
        self, network: Network, dense: Checkpoint, zeros: Allocation, target: float
    ) -> Iterator[Allocation]:
        start = {name: max(target, share) for name, share in zeros.items()}
        here = settled(start, network.layers, target)
        levels, draw = self._levels(network), random.Random(self.seed)
        count = min(self.settings.windows, self.divergence.windows)
        for step in range(self.settings.steps):
            dense.restore()
            self.operator.prune(network, here)
            windows = draw.sample(range(self.divergence.windows), count)
            costs = self._costs(dense, levels, windows)
            here = _cheapest(costs, here, network.layers, target, self._stiffness(step))
            yield here

    def _stiffness(self, step: int) -> float:
        first, last = STIFFNESS
        return first * (last / first) ** (step / max(1, self.settings.steps - 1))

    def _best(self, network: Network, dense: Checkpoint, finalists: list[Allocation]) -> Allocation:
        def divergence(allocation: Allocation) -> float:
            dense.restore()
            self.operator.prune(network, allocation)
            with self.clock.measure("passes"):
                return self.divergence.measure()

        return min(finalists, key=divergence)

    def _levels(self, network: Network) -> Mapping[str, Tensor]:
        """The lowest level at which each weight is gone, LEVELS for those that stay, (d_out, d_in).

        `network` is dense; it is left as it is.
        """
        return {
            layer.name: self.operator.levels(network, layer.name, SHARES).byte()
            for layer in network.layers
        }

    def _costs(
        self, dense: Checkpoint, levels: Mapping[str, Tensor], windows: list[int]
    ) -> Mapping[str, Tensor]:
        """Nats per token that each layer adds at each level, up to a constant, (LEVELS,)."""
        rises = {name: torch.zeros(LEVELS + 1, dtype=torch.float64) for name in levels}

        def add(name: str, gradient: Tensor) -> None:
            with self.clock.measure("goals"):
                # removing a weight moves it by -w: the rise is -w times the slope
                rise = (-gradient * dense.weight(name)).flatten().double()
                counted = torch.bincount(levels[name].flatten(), rise, minlength=LEVELS + 1)
                rises[name] += counted.cpu()

        with self.clock.measure("passes"):
            self.divergence.backward(windows, add)
        return {name: rise[:LEVELS].cumsum(0) for name, rise in rises.items()}


def _cheapest(
    costs: Mapping[str, Tensor],
    here: Allocation,
    layers: tuple[Layer, ...],
    target: float,
    stiffness: float,
) -> Allocation:
    """The sparsities near `here` that cost least together, moves and all, and meet the target."""
    price = _mean_price(costs, here, layers)
    if price <= 0:
        return here
    names = [layer.name for layer in layers]
    weights = torch.tensor([[layer.weights] for layer in layers])
    now = torch.tensor([[here[name]] for name in names])
    levels = _near([here[name] for name in names])
    shares = levels * GRID
    cost = torch.stack([costs[name] for name in names]).gather(1, levels) / weights
    cost += stiffness * price * (shares - now).square() / 2

    def at(gain: float) -> Allocation:
        best = (cost - gain * shares).argmin(1, keepdim=True)
        return dict(zip(names, shares.gather(1, best)[:, 0].tolist(), strict=True))

    # no two levels of a layer differ by more
    reach = float((cost.amax(1) - cost.amin(1)).max()) / GRID
    goal = target * float(weights.sum())
    return settled(shares_removing(goal, at, layers, -reach, reach), layers, target)


def _near(shares: Sequence[float]) -> Tensor:
    """The levels that each layer may move to, (layers, moves); the ends repeat themselves."""
    levels = torch.tensor([[round(share / GRID)] for share in shares])
    moves = torch.arange(-LARGEST_MOVE, LARGEST_MOVE + 1)
    return (levels + moves).clamp(0, LEVELS - 1)


def _mean_price(costs: Mapping[str, Tensor], here: Allocation, layers: tuple[Layer, ...]) -> float:
    """Nats per token and weight, over the levels within BAND of `here`."""
    rise, weights = 0.0, 0.0
    for layer in layers:
        level = round(here[layer.name] / GRID)
        low, high = max(0, level - BAND), min(LEVELS - 1, level + BAND)
        rise += float(costs[layer.name][high] - costs[layer.name][low])
        weights += (high - low) * GRID * layer.weights
    return rise / weights
