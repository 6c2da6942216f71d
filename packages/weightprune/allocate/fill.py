"""Costs of the layers' next steps -> the steps that remove so many weights at the lowest cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weightprune.balance import shares_removing
from weightprune.types import SPARSEST, Allocation, Layer


def cheapest_steps(
    costs: Mapping[str, float],
    layers: Sequence[Layer],
    sparsity: Allocation,
    *,
    weights: float,
    largest: float,
) -> Allocation:
    """By how much to raise each layer's sparsity so that `weights` weights go altogether.

    Divergence grows with the square of a step, so that the sum is lowest where every step is
    inversely proportional to the layer's cost (nats per token and weight removed); none exceeds
    `largest`, nor leads above SPARSEST. Gives all there is where that does not suffice.
    """
    names = [layer.name for layer in layers]
    room = {name: max(0.0, min(largest, SPARSEST - sparsity[name])) for name in names}
    positive = [cost for cost in costs.values() if 0 < cost < float("inf")]
    # what costs nothing was measured within the noise: as good as the cheapest
    cheapest = min(positive, default=1.0)
    speed = {name: cheapest / max(costs[name], cheapest) for name in names}

    def at(scale: float) -> Allocation:
        return {name: min(room[name], scale * speed[name]) for name in names}

    highest = largest / min((each for each in speed.values() if each), default=1.0)
    return shares_removing(weights, at, layers, 0.0, highest)
