"""A loss's way back through the model: what each layer's gradient is made of is handed on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from weightprune.blockwise import replaced_forward
from weightprune.network import Network

FEW_NUMBERS = 1 << 24
"""Numbers that may be kept for the way back, all blocks together: 64 MB in single precision."""

Consume: TypeAlias = Callable[[str, Tensor, Tensor], None]
"""Told a layer's name, its inputs (..., d_in) and the loss's slope in its outputs (..., d_out)."""


@contextmanager
def streaming(
    network: Network, names: Iterable[str], length: int, consume: Consume
) -> Iterator[None]:
    """While this lasts, `backward()` tells `consume` what goes into and comes back to the layers.

    A layer's gradient is the product of the two over the tokens, so that `consume` may form that of
    each window by itself; autograd forms none. Only the layers `names` are told, and nothing is
    kept of what was; activations of inputs of `length` tokens are kept for one decoder block only,
    unless they are few.
    """
    with _frozen(network.model), _thrifty(network, length), ExitStack() as stack:
        for name in names:
            hook = network.module(name).register_forward_hook(_tapping(partial(consume, name)))
            stack.callback(hook.remove)
        yield


def kept_numbers(network: Network, length: int) -> int:
    """About how many numbers the blocks keep of one window: inputs and outputs of every layer."""
    return sum(sum(layer.shape) for layer in network.layers) * length


def _tapping(tell: Callable[[Tensor, Tensor], None]) -> Callable[..., Tensor]:
    def tap(_module: nn.Module, inputs: tuple[Any, ...], output: Tensor) -> Tensor:
        # the first layers have nothing before them that learns: the start makes autograd come back
        start = torch.zeros((), device=output.device, requires_grad=True)
        tapped: Tensor = _Tap.apply(output, inputs[0], start, tell)
        return tapped

    return tap


class _Tap(torch.autograd.Function):
    """Gives what it gets; on the way back tells the slope together with the layer's inputs."""

    @staticmethod
    def forward(
        context: Any,
        output: Tensor,
        inputs: Tensor,
        _start: Tensor,
        tell: Callable[[Tensor, Tensor], None],
    ) -> Tensor:
        context.save_for_backward(inputs.detach())
        context.tell = tell
        return output.view_as(output)

    @staticmethod
    def backward(context: Any, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        (inputs,) = context.saved_tensors
        context.tell(inputs, slopes[0])
        return slopes[0], None, None, None


@contextmanager
def _frozen(model: nn.Module) -> Iterator[None]:
    """No parameter asks for a gradient meanwhile: only what flows between layers is needed."""
    before = {parameter: parameter.requires_grad for parameter in model.parameters()}
    try:
        model.requires_grad_(False)
        yield
    finally:
        for parameter, learns in before.items():
            parameter.requires_grad_(learns)


@contextmanager
def _thrifty(network: Network, length: int) -> Iterator[None]:
    """Blocks keep only their inputs and compute the rest again on the way back.

    Unless what they would keep of one window is little: computing it twice takes a third longer.
    """
    if kept_numbers(network, length) <= FEW_NUMBERS:
        yield
        return
    with ExitStack() as stack:
        for block in network.blocks:
            again: Callable[..., Any] = partial(checkpoint, block.forward, use_reentrant=False)
            stack.enter_context(replaced_forward(block, again))
        yield
