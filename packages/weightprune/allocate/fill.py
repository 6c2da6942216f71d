"""Costs of the layers' next steps -> the steps that remove so many weights at the lowest cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from weightprune.allocate.interface import FULLEST
from weightprune.balance import reaching
from weightprune.types import Allocation, Layer


def cheapest_steps(
    costs: Mapping[str, float],
    layers: Iterable[Layer],
    sparsity: Allocation,
    *,
    weights: float,
    largest: float,
) -> dict[str, float]:
    """By how much to raise each layer's sparsity so that `weights` weights go altogether.

    Divergence grows with the square of a step, so that the sum is lowest where every step is
    inversely proportional to the layer's cost (nats per token and weight removed); none exceeds
    `largest`, nor leads above FULLEST. Gives all there is where that does not suffice.
    """
    size = {layer.name: layer.weights for layer in layers}
    room = {name: max(0.0, min(largest, FULLEST - sparsity[name])) for name in size}
    positive = [cost for cost in costs.values() if 0 < cost < float("inf")]
    # what costs nothing was measured within the noise: as good as the cheapest
    cheapest = min(positive, default=1.0)
    speed = {name: cheapest / max(costs[name], cheapest) for name in size}

    def at(scale: float) -> dict[str, float]:
        return {name: min(room[name], scale * speed[name]) for name in size}

    def removed(scale: float) -> float:
        return sum(step * size[name] for name, step in at(scale).items())

    highest = largest / min((each for each in speed.values() if each), default=1.0)
    return at(reaching(weights, removed, 0.0, highest))
