"""Token windows -> the mean absolute gradients of the language-modelling loss, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

from weightprune.backward import streaming
from weightprune.network import Network


def gradient_means(network: Network, windows: Tensor) -> dict[str, float]:
    """Every layer's g: the mean over its weights of G = (1/M) sum_i |dL_i/dW| (spec, section 1).

    `windows` are int64 token ids (M, length + 1); L_i is the mean loss per token of window i. Each
    gradient is reduced to one number and freed as soon as it is there, and activations are kept
    for one decoder block only.
    """
    sums = {layer.name: 0.0 for layer in network.layers}

    def add(name: str, gradient: Tensor) -> None:
        sums[name] += float(gradient.abs().mean(dtype=torch.float32))

    _stream(network, windows, [layer.name for layer in network.layers], add)
    return {name: total / windows.shape[0] for name, total in sums.items()}


def gradient_norms(network: Network, windows: Tensor, names: Iterable[str]) -> dict[str, Tensor]:
    """The l2 norm over windows of each weight's gradient: sqrt(sum_i (dL_i/dW)^2), (d_out, d_in).

    In single precision at least. Takes as much memory as the layers `names`: ask block by block.
    """
    names = list(names)
    sums: dict[str, Tensor] = {}

    def add(name: str, gradient: Tensor) -> None:
        squares = gradient.to(torch.promote_types(gradient.dtype, torch.float32)).square()
        sums[name] = sums[name].add_(squares) if name in sums else squares

    _stream(network, windows, names, add)
    return {name: total.sqrt_() for name, total in sums.items()}


def _stream(
    network: Network, windows: Tensor, names: list[str], consume: Callable[[str, Tensor], None]
) -> None:
    """Tell `consume` each layer's gradient (d_out, d_in), window by window."""
    device = next(network.model.parameters()).device
    with streaming(network, names, windows.shape[1] - 1, consume):
        for rows in windows.to(device).split(1):
            logits = network.model(input_ids=rows[:, :-1], use_cache=False).logits
            targets = rows[:, 1:].flatten().to(logits.device)
            nn.functional.cross_entropy(logits.flatten(0, 1).float(), targets).backward()
