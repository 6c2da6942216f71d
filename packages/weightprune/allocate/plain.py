"""Allocations that look at nothing: every layer alike, or at random."""

from __future__ import annotations

import random
from dataclasses import dataclass

from weightprune.allocate.interface import check_target, settled
from weightprune.network import Network
from weightprune.types import SPARSEST, Allocation


class Uniform:
    """The target in every layer."""

    def allocate(self, network: Network, target: float) -> Allocation:
        """See `Allocator`."""
        return settled({layer.name: target for layer in network.layers}, network.layers, target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Random:
    """Layers drawn one after the other, each made so much sparser, until the target is met."""

    seed: int = 0
    step: float = 0.15

    def allocate(self, network: Network, target: float) -> Allocation:
        """See `Allocator`."""
        check_target(target)
        draw = random.Random(self.seed)
        goal = target * sum(layer.weights for layer in network.layers)
        shares = {layer.name: 0.0 for layer in network.layers}
        removed = 0.0
        while removed < goal:
            open_layers = [one for one in network.layers if shares[one.name] + self.step < SPARSEST]
            if not open_layers:
                break
            layer = draw.choice(open_layers)
            shares[layer.name] += self.step
            removed += self.step * layer.weights
        return settled(shares, network.layers, target)
