"""Take back what was done to a few layers: copies of exactly these weights, bit for bit."""

from __future__ import annotations

from collections.abc import Iterable

from torch import Tensor

from weightprune.network import Network


class Checkpoint:
    """Copies of the named layers' weights as they are now; nothing else is held."""

    def __init__(self, network: Network, names: Iterable[str]) -> None:
        """Copy the weights of the layers `names`."""
        self._network = network
        self._weights = {name: network.weight(name).clone() for name in names}

    @property
    def bytes(self) -> int:
        """How much memory the copies take."""
        return sum(copy.numel() * copy.element_size() for copy in self._weights.values())

    def weight(self, name: str) -> Tensor:
        """The copy of one layer's weight, (d_out, d_in)."""
        return self._weights[name]

    def restore(self) -> None:
        """Put the copies back in place."""
        for name, copy in self._weights.items():
            self._network.weight(name).copy_(copy)
