"""In which order the weights of each layer go: a mask at any sparsity is then one comparison."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import torch
from torch import Tensor

from weightprune.network import Network
from weightprune.places import count_of
from weightprune.types import Allocation

Score: TypeAlias = Callable[[str, Tensor], Tensor]
"""Name and weight of a layer -> what each weight is worth, (d_out, d_in), not negative."""


class Group(Protocol):
    """Which weights are compared with one another (`places.in_rows`, `places.in_layer`)."""

    def __call__(self, scores: Tensor) -> Tensor:
        """The place, from 0, at which each weight of the layer goes, (d_out, d_in), int32."""


class Order:
    """An operator whose masks grow with the sparsity: what is gone at 50 % is gone at 60 %."""

    def __init__(self, network: Network, group: Group) -> None:
        """Every weight is yet without a place: `refresh` first."""
        self._group = group
        self.places = {
            layer.name: torch.zeros(
                layer.shape, dtype=torch.int32, device=network.weight(layer.name).device
            )
            for layer in network.layers
        }

    def refresh(self, network: Network, score: Score) -> None:
        """Order the weights that are left by `score`; those gone stay first, as they were."""
        for name, places in self.places.items():
            weight = network.weight(name)
            # below any score
            gone = places - places.numel()
            keys = torch.where(weight == 0, gone, score(name, weight).float())
            self.places[name] = self._group(keys)

    def mask(self, name: str, share: float) -> Tensor:
        """Which weights of the layer stay at this sparsity, (d_out, d_in)."""
        places = self.places[name]
        return places >= count_of(share, places.numel())

    def prune(self, network: Network, allocation: Allocation) -> None:
        """Zero weights in place until every layer named has its sparsity (`Operator`)."""
        for name, share in allocation.items():
            network.weight(name).masked_fill_(~self.mask(name, share), 0)

    def copy(self) -> Order:
        """An order of its own, which no refresh of this one changes."""
        other = object.__new__(Order)
        other._group, other.places = self._group, dict(self.places)
        return other


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How sparse each layer is to be, and in which order its weights go."""

    allocation: Mapping[str, float]
    order: Order

    def prune(self, network: Network) -> None:
        """Carry it out in place."""
        self.order.prune(network, self.allocation)
