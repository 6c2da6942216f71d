"""A decoder-only model seen as decoder blocks of prunable layers whose weights are live views."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from torch import Tensor, nn

from weightprune.types import Allocation, Layer

CLOSE_ENOUGH = 0.0005
"""How far below its target a model may stay, where its layers are not so small that one weight of
each is more."""


class Network:
    """A model, its decoder blocks and the linear layers inside them.

    `weight(name)` is always a view of shape (d_out, d_in) into the model's own memory, whatever the
    module stores, so that pruning in place needs no second copy; `module(name)` is the module whose
    input's last dimension is d_in (for hooks).
    """

    def __init__(
        self,
        model: nn.Module,
        blocks: Sequence[nn.Module],
        modules: Sequence[tuple[Layer, nn.Module]],
        *,
        originals: Mapping[str, nn.Module] | None = None,
    ) -> None:
        """Use `weightprune.model.open_network` or `discover` instead.

        `originals` are modules that stand aside while pruning, by their path in the model: fused
        experts, whose memory the separate experts' weights are views of.
        """
        self.model = model
        self.blocks = tuple(blocks)
        self.layers = tuple(layer for layer, _ in modules)
        self._modules = {layer.name: module for layer, module in modules}
        self._originals = dict(originals or {})

    def module(self, name: str) -> nn.Module:
        """The module of the layer `name`."""
        return self._modules[name]

    def weight(self, name: str) -> Tensor:
        """The live weight of the layer `name` as (d_out, d_in), without its gradient history."""
        module = self._modules[name]
        stored = module.weight
        assert isinstance(stored, Tensor)
        weight = stored.detach()
        # GPT-2's Conv1D stores (d_in, d_out)
        return weight if isinstance(module, nn.Linear) else weight.T

    @contextmanager
    def as_published(self) -> Iterator[nn.Module]:
        """The model with its original modules and parameter names, pruned: for saving it."""
        stood_in = {path: self.model.get_submodule(path) for path in self._originals}
        try:
            for path, module in self._originals.items():
                self.model.set_submodule(path, module)
            yield self.model
        finally:
            for path, module in stood_in.items():
                self.model.set_submodule(path, module)

    def sparsity(self) -> Allocation:
        """The share of zeros of every layer now."""
        return {layer.name: zeros(self.weight(layer.name)) for layer in self.layers}


def zeros(weight: Tensor) -> float:
    """The share of weights that are exactly zero."""
    return float((weight == 0).sum()) / weight.numel()


def overall(allocation: Allocation, layers: Iterable[Layer]) -> float:
    """The sparsity of all `layers` together: each counts by its number of weights.

    >>> small = Layer(name="a", block=0, kind="a", shape=(1, 10))
    >>> large = Layer(name="b", block=0, kind="b", shape=(3, 10))
    >>> overall({"a": 0.8, "b": 0.4}, [small, large])
    0.5
    """
    layers = list(layers)
    removed = sum(allocation[layer.name] * layer.weights for layer in layers)
    return removed / sum(layer.weights for layer in layers)


def reached(sparsity: float, target: float, layers: Collection[Layer]) -> bool:
    """Whether a target is met as nearly as whole weights can: each layer may lack one of its own.

    >>> small = Layer(name="a", block=0, kind="a", shape=(1, 10))
    >>> reached(0.3, 0.39, [small]), reached(0.3, 0.41, [small])
    (True, False)
    """
    one_of_each = len(layers) / sum(layer.weights for layer in layers)
    return sparsity >= target - max(CLOSE_ENOUGH, one_of_each)
