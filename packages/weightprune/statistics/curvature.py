"""Token windows -> how sharply the loss bends in every single weight (the diagonal of Fisher's)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from weightprune.backward import streaming
from weightprune.blockwise import TOKENS_AT_ONCE
from weightprune.network import Network

CURVATURE_WINDOWS = 32
"""Windows of the Hessian set that an order of weights by curvature is measured on."""
CURVATURE_PASSES = 3.0
"""What a window forth and back costs, in windows forth."""


def weight_curvatures(network: Network, windows: Tensor) -> dict[str, Tensor]:
    """Every layer's F_ij = mean over tokens of g_i^2 x_j^2, (d_out, d_in), in single precision.

    x is a token's input to the layer and g the gradient of the text's negative log likelihood
    (summed over the tokens of `windows`, int64 ids (n, length + 1)) in the layer's output at that
    token: the diagonal of the empirical Fisher matrix where tokens count as independent.
    W^2 F / 2 is what removing a weight costs in nats per token to second order (LeCun et al. 1990,
    Optimal Brain Damage). Takes as much memory as the layers have weights; costs about three
    forward passes.
    """
    sums = {
        layer.name: torch.zeros(layer.shape, device=network.weight(layer.name).device)
        for layer in network.layers
    }
    size = max(1, TOKENS_AT_ONCE // 2 // (windows.shape[1] - 1))
    device = next(network.model.parameters()).device

    def add(name: str, inputs: Tensor, slopes: Tensor) -> None:
        squares = inputs.flatten(0, -2).float().square()
        sums[name].addmm_(slopes.flatten(0, -2).float().square().T, squares)

    with streaming(network, sums, size * (windows.shape[1] - 1), add):
        for rows in windows.to(device).split(size):
            logits = network.model(input_ids=rows[:, :-1], use_cache=False).logits
            targets = rows[:, 1:].flatten().to(logits.device)
            loss = nn.functional.cross_entropy(
                logits.flatten(0, 1).float(), targets, reduction="sum"
            )
            loss.backward()
    tokens = windows.shape[0] * (windows.shape[1] - 1)
    return {name: total.div_(tokens) for name, total in sums.items()}
