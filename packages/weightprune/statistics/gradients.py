"""Token windows -> the mean absolute gradients of the language-modelling loss, streamed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

from weightprune.backward import FEW_NUMBERS, kept_numbers, streaming
from weightprune.moments import exact
from weightprune.network import Network


def gradient_means(network: Network, windows: Tensor) -> dict[str, float]:
    """Every layer's g: the mean over its weights of G = (1/M) sum_i |dL_i/dW| (spec, section 1).

    `windows` are int64 token ids (M, length + 1); L_i is the mean loss per token of window i. Each
    gradient is reduced to one number and freed as soon as it is there, and activations are kept
    for one decoder block only, unless they are few.
    """
    sums = {layer.name: torch.zeros((), dtype=torch.float64) for layer in network.layers}

    def add(name: str, gradients: Tensor) -> None:
        # by rows first: one long sum in single precision loses a digit
        rows = torch.linalg.vector_norm(gradients, 1, dim=-1, dtype=exact(gradients.dtype))
        sums[name] = sums[name].to(rows.device) + rows.sum(dtype=torch.float64)

    _stream(network, windows, [layer.name for layer in network.layers], add)
    return {
        layer.name: float(sums[layer.name]) / (layer.weights * len(windows))
        for layer in network.layers
    }


def gradient_norms(network: Network, windows: Tensor, names: Iterable[str]) -> dict[str, Tensor]:
    """The l2 norm over windows of each weight's gradient: sqrt(sum_i (dL_i/dW)^2), (d_out, d_in).

    In single precision at least. Takes as much memory as the layers `names`: ask block by block.
    """
    names = list(names)
    sums: dict[str, Tensor] = {}

    def add(name: str, gradients: Tensor) -> None:
        for gradient in gradients:
            squares = gradient.to(exact(gradient.dtype)).square()
            sums[name] = sums[name].add_(squares) if name in sums else squares

    _stream(network, windows, names, add)
    return {name: total.sqrt_() for name, total in sums.items()}


def _stream(
    network: Network, windows: Tensor, names: list[str], consume: Callable[[str, Tensor], None]
) -> None:
    """Tell `consume` each layer's gradients (windows, d_out, d_in), a few windows at a time."""
    device, length = next(network.model.parameters()).device, windows.shape[1] - 1
    together = _windows_together(network, length)

    def form(name: str, inputs: Tensor, slopes: Tensor) -> None:
        count = len(inputs) if together > 1 else 1
        inputs = inputs.reshape(count, -1, inputs.shape[-1])
        consume(name, slopes.reshape(count, -1, slopes.shape[-1]).mT @ inputs)

    with streaming(network, names, length, form):
        for rows in windows.to(device).split(together):
            logits = network.model(input_ids=rows[:, :-1], use_cache=False).logits
            targets = rows[:, 1:].flatten().to(logits.device)
            loss = nn.functional.cross_entropy(
                logits.flatten(0, 1).float(), targets, reduction="sum"
            )
            (loss / length).backward()


def _windows_together(network: Network, length: int) -> int:
    """How many windows may go there and back at once: one, unless they keep few numbers.

    Experts are handed tokens without a sign of the window that they are from, so that these must
    come one by one.
    """
    kinds = Counter((layer.block, layer.kind) for layer in network.layers)
    if max(kinds.values()) > 1:
        return 1
    kept = kept_numbers(network, length) + max(layer.weights for layer in network.layers)
    return max(1, FEW_NUMBERS // kept)
