"""Every layer alone pruned one step further -> nats per token and weight removed.

The study in issue 3 found this the one signal that orders layers better than chance does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from weightprune.checkpoint import Checkpoint
from weightprune.divergence import Divergence
from weightprune.interfaces import Operator
from weightprune.network import Network, zeros
from weightprune.places import count_of
from weightprune.probe.settings import ProbeSettings
from weightprune.types import SPARSEST


def probe_costs(
    network: Network, operator: Operator, divergence: Divergence, settings: ProbeSettings
) -> Mapping[str, float]:
    """The rise of the divergence that one step of each layer alone brings, per weight removed.

    Every layer's weights are put back bit for bit. What the blocks before the layer compute is
    kept from one pass, so that a probe costs the blocks from the layer's own on. Not negative;
    infinite for layers that have no weight left to give.
    """
    windows = _spread(settings.windows, divergence.windows)
    before = divergence.keep(windows)
    costs = {}
    for layer in network.layers:
        sparsity = zeros(network.weight(layer.name))
        target = min(SPARSEST, sparsity + settings.step)
        removed = count_of(target, layer.weights) - count_of(sparsity, layer.weights)
        if removed < 1:
            costs[layer.name] = math.inf
            continue
        checkpoint = Checkpoint(network, [layer.name])
        operator.prune(network, {layer.name: target})
        rise = divergence.measure_from(layer.block) - before
        checkpoint.restore()
        costs[layer.name] = max(0.0, rise) / removed
    return costs


def _spread(some: int, of: int) -> list[int]:
    """`some` whole numbers below `of`, evenly spread."""
    some = min(some, of)
    return [place * of // some for place in range(some)]
