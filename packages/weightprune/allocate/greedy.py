"""The paper's loop as a rule without judgement: always the layers that one figure calls safest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from weightprune.allocate.interface import check_target, settled
from weightprune.checkpoint import Checkpoint
from weightprune.interfaces import Operator
from weightprune.network import Network, overall
from weightprune.types import LARGEST_STEP, SPARSEST, Allocation


@dataclass(frozen=True, slots=True, kw_only=True)
class Greedy:
    """In every round the layers of lowest figure get LARGEST_STEP each; then all is read anew."""

    figures: Callable[[Network], Mapping[str, float]]
    """What orders the layers of the network as it is: z_s, or z_s + z_g (paper, section 3.2)."""
    operator: Operator
    """Prunes between the rounds."""
    gain: float = 0.05
    """Global sparsity a round adds."""

    def allocate(self, network: Network, target: float) -> Allocation:
        """See `Allocator`."""
        check_target(target)
        dense = Checkpoint(network, [layer.name for layer in network.layers])
        shares: Allocation = network.sparsity()
        while (reached := overall(shares, network.layers)) < target - 1e-6:
            shares = self._further(network, shares, min(target, reached + self.gain))
            self.operator.prune(network, shares)
        dense.restore()
        return settled(shares, network.layers, target)

    def _further(self, network: Network, shares: Allocation, goal: float) -> Allocation:
        figures, raised = self.figures(network), dict(shares)
        layers = {layer.name: layer for layer in network.layers}
        left = (goal - overall(shares, network.layers)) * sum(
            layer.weights for layer in network.layers
        )
        for name in sorted(layers, key=figures.__getitem__):
            step = min(LARGEST_STEP, SPARSEST - raised[name], left / layers[name].weights)
            raised[name] += max(0.0, step)
            left -= max(0.0, step) * layers[name].weights
        return settled(raised, network.layers, goal)
