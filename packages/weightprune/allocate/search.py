"""Evolution over allocations of equal sparsity, by the divergence of the whole network.

Mutations trade sparsity between layers, weight for weight, and offspring are weeded out on few
windows before more are spent on them (EvoPress, Sieberling et al. 2025). Unlike there it starts
from measured costs rather than from the uniform allocation, and levels are continuous.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from weightprune.allocate.order import Plan
from weightprune.allocate.trial import Trial
from weightprune.divergence import Divergence
from weightprune.network import Network
from weightprune.types import SPARSEST, Allocation, Layer

TRADES = (1, 1, 2, 3)
SIZES = (0.25, 0.5, 1.0, 2.0)
"""What is drawn from: how many pairs of layers trade, and how many steps each trade is large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Improves a plan's allocation until the budget is spent; the order of the weights stays."""

    divergence: Divergence
    """From the dense network, on the search windows; counts the evaluations."""
    budget: float = 120.0
    """Evaluations to spend: passes over all search windows, or as much work in parts."""
    offspring: int = 16
    """Mutations a generation."""
    survivors: int = 4
    """How many of them are looked at a second time."""
    step: float = 0.05
    """Sparsity that a trade of one step moves between two layers of equal size."""
    seed: int = 0

    def improved(self, network: Network, plan: Plan) -> Plan:
        """A plan of the same sparsity whose divergence is no larger; the network stays as it was.

        A mutant takes its parent's place only if it wins on all windows.
        """
        draw = random.Random(self.seed)
        trial = Trial(network, plan.order, self.divergence)
        best, lowest = dict(plan.allocation), trial.measure(plan.allocation)
        end = self.divergence.evaluations + self.budget
        while self.divergence.evaluations < end:
            mutants = list(self._mutants(draw, best, network.layers))
            winner = self._winner(draw, trial, [best, *mutants])
            if winner is not best and (value := trial.measure(winner)) < lowest:
                best, lowest = winner, value
        trial.end()
        return Plan(allocation=best, order=plan.order)

    def _winner(
        self, draw: random.Random, trial: Trial, candidates: list[dict[str, float]]
    ) -> dict[str, float]:
        """The best of the candidates on an eighth of the windows, then of the rest on half."""
        everything = range(self.divergence.windows)
        for share, keep in ((8, self.survivors), (2, 1)):
            windows = draw.sample(everything, max(1, len(everything) // share))
            values = [trial.measure(candidate, windows) for candidate in candidates]
            ranked = sorted(range(len(candidates)), key=values.__getitem__)
            candidates = [candidates[place] for place in ranked[:keep]]
        return candidates[0]

    def _mutants(
        self, draw: random.Random, parent: Allocation, layers: tuple[Layer, ...]
    ) -> Iterator[dict[str, float]]:
        for _ in range(self.offspring if len(layers) > 1 else 0):
            mutant = dict(parent)
            for _ in range(draw.choice(TRADES)):
                gaining, losing = draw.sample(layers, 2)
                trade(mutant, gaining, losing, self.step * draw.choice(SIZES))
            yield mutant


def trade(shares: dict[str, float], gaining: Layer, losing: Layer, step: float) -> None:
    """Move so many zeros from one layer to another; as many as both allow, so the sum stays.

    `step` is in sparsity of a layer as large as the geometric mean of the two.
    """
    weights = step * (gaining.weights * losing.weights) ** 0.5
    weights = min(
        weights,
        (SPARSEST - shares[gaining.name]) * gaining.weights,
        shares[losing.name] * losing.weights,
    )
    if weights > 0:
        shares[gaining.name] += weights / gaining.weights
        shares[losing.name] -= weights / losing.weights
