"""A loss's way back through the model: each layer's gradient is handed on, then freed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from weightprune.blockwise import replaced_forward
from weightprune.network import Network

FEW_NUMBERS = 1 << 24
"""Numbers that may be kept for the way back, all blocks together: 64 MB in single precision."""


@contextmanager
def streaming(
    network: Network, names: Iterable[str], length: int, consume: Callable[[str, Tensor], None]
) -> Iterator[None]:
    """While this lasts, `backward()` tells `consume` each gradient (d_out, d_in) of the layers.

    Only the layers `names` learn; each gradient is freed as soon as it is told, and activations of
    inputs of `length` tokens are kept for one decoder block only, unless they are few.
    """
    names = list(names)
    with (
        _only_these_learn(network, names),
        _consumed(network, names, consume),
        _thrifty(network, length),
    ):
        yield


@contextmanager
def _only_these_learn(network: Network, names: list[str]) -> Iterator[None]:
    before = {parameter: parameter.requires_grad for parameter in network.model.parameters()}
    try:
        network.model.requires_grad_(False)
        for name in names:
            _parameter(network, name).requires_grad_(True)
        yield
    finally:
        for parameter, learns in before.items():
            parameter.requires_grad_(learns)
            parameter.grad = None


@contextmanager
def _consumed(
    network: Network, names: list[str], consume: Callable[[str, Tensor], None]
) -> Iterator[None]:
    """Hooks that hand each gradient on the moment it is complete, and free it."""

    def take(name: str, parameter: Tensor) -> None:
        gradient = parameter.grad
        assert gradient is not None
        parameter.grad = None
        transposed = gradient.shape != network.weight(name).shape
        consume(name, gradient.T if transposed else gradient)

    with ExitStack() as stack:
        for name in names:
            hook = _parameter(network, name).register_post_accumulate_grad_hook(partial(take, name))
            stack.callback(hook.remove)
        yield


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


def kept_numbers(network: Network, length: int) -> int:
    """About how many numbers the blocks keep of one window: inputs and outputs of every layer."""
    return sum(sum(layer.shape) for layer in network.layers) * length


def _parameter(network: Network, name: str) -> nn.Parameter:
    parameter = network.module(name).weight
    assert isinstance(parameter, nn.Parameter)
    return parameter
