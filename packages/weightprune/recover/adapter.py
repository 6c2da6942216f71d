"""A layer's weight -> the weight plus a low-rank product where it is not zero (MaskLoRA).

W' = W + M ∘ (alpha / rank) · B A with M = (W != 0): the mask holds while training and in the merge,
so both compute with the same numbers (Zimmer et al. 2023, "PERP", section 3). PEFT adds B A beside
the layer, unmasked, and could only be cut to the mask once trained, which is another network.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from weightprune.network import Network


class MaskedDelta(nn.Module):
    """The parametrisation of one weight; B starts at zero, so nothing changes at first."""

    def __init__(self, weight: Tensor, rank: int, alpha: int) -> None:
        """`weight` is as its module stores it: its zeros are the mask."""
        super().__init__()
        rows, columns = weight.shape
        # In float32 whatever the weight is: steps are smaller than bfloat16 can tell apart.
        self.a = nn.Parameter(torch.empty(rank, columns, device=weight.device))
        self.b = nn.Parameter(torch.zeros(rows, rank, device=weight.device))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))
        self.scale = alpha / rank

    def forward(self, weight: Tensor) -> Tensor:
        """The weight with its delta, in the weight's own type."""
        delta = (self.scale * (self.b @ self.a)).to(weight.dtype)
        # A product with the mask leaves -0.0 or NaN of an infinite delta; a choice leaves 0.0.
        return torch.where(weight == 0, weight, weight + delta)


@contextmanager
def adapted(network: Network, rank: int, alpha: int) -> Iterator[list[nn.Parameter]]:
    """The network with an adapter on every layer, the rest frozen; the adapters' parameters.

    When the block ends well, the adapters are added to the weights in place: views of them, such as
    those of fused experts, see it. After an error the weights are as they were.
    """
    frozen = [parameter for parameter in network.model.parameters() if parameter.requires_grad]
    for parameter in frozen:
        parameter.requires_grad_(False)
    modules = [network.module(layer.name) for layer in network.layers]
    deltas = []
    for module in modules:
        weight = module.weight
        assert isinstance(weight, Tensor)
        deltas.append(MaskedDelta(weight, rank, alpha))
        parametrize.register_parametrization(module, "weight", deltas[-1])
    try:
        yield [parameter for delta in deltas for parameter in delta.parameters()]
        with torch.no_grad():
            for module in modules:
                _stored(module).copy_(module.weight)  # type: ignore[arg-type]
    finally:
        for module in modules:
            parametrize.remove_parametrizations(module, "weight", leave_parametrized=False)
        for parameter in frozen:
            parameter.requires_grad_(True)


def _stored(module: nn.Module) -> Tensor:
    original = module.parametrizations.weight.original  # type: ignore[union-attr]
    assert isinstance(original, Tensor)
    return original
