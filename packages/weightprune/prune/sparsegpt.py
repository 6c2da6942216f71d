"""SparseGPT: masks by the second-order loss, and an update of the weights that stay.

Frantar and Alistarh, "SparseGPT: Massive Language Models Can Be Accurately Pruned in One-Shot",
2023, algorithm 1, and the order of their code: block by block, the Hessians of a decoder block
measured on the blocks pruned before it.
"""

from __future__ import annotations

import torch
from torch import Tensor

from weightprune.blockwise import Blockwise
from weightprune.moments import SecondMoments, exact
from weightprune.network import Network
from weightprune.prune.choose import choice
from weightprune.prune.columns import Columns, update_columns
from weightprune.prune.masks import check_allocation, still_dense, zero, zeros_first
from weightprune.prune.scores import magnitude
from weightprune.prune.settings import PruneSettings
from weightprune.types import Allocation


class SparseGPT:
    """Prunes with the weight update, on the windows that it is given."""

    def __init__(self, settings: PruneSettings, windows: Tensor) -> None:
        """Measure Hessians on `windows`, int64 token ids (n, length + 1)."""
        self._settings = settings
        self._windows = windows

    def prune(self, network: Network, allocation: Allocation) -> None:
        """Prune and update in place, one decoder block after the other.

        The Hessians X^T X of all layers of a block are measured together, on inputs that went
        through the blocks before as they are now.
        """
        check_allocation(network, allocation)
        sparser = [
            layer
            for layer in network.layers
            if layer.name in allocation
            and still_dense(network.weight(layer.name), allocation[layer.name])
        ]
        run = Blockwise(network, self._windows) if sparser else None
        while run is not None and run.block <= sparser[-1].block:
            names = [layer.name for layer in sparser if layer.block == run.block]
            if names:
                self._prune_block(network, run, {name: allocation[name] for name in names})
            if run.block == sparser[-1].block:
                return
            run.advance()

    def _prune_block(self, network: Network, run: Blockwise, shares: Allocation) -> None:
        moments = SecondMoments()
        run.watch(moments, shares)
        before, columns = None, None
        for name, share in shares.items():
            weight = network.weight(name)
            moment = moments.matrix(name)
            if moment is None:
                # no token was routed to this expert: nothing is known but its weights
                scores = zeros_first(magnitude(name, weight), weight == 0)
                zero(weight, choice(self._settings)(scores, share))
                continue
            if columns is None or moment is not before:
                before, columns = moment, inverse_columns(name, moment, self._settings.damping)
            update_columns(weight, columns, share, self._settings)


def inverse_columns(name: str, moment: Tensor, damping: float) -> Columns:
    """The upper Cholesky factor of the damped Hessian's inverse."""
    diagonal = moment.diagonal()
    dead = diagonal == 0
    hessian = moment.to(exact(moment.dtype), copy=True)
    hessian.diagonal()[dead] = 1
    hessian.diagonal().add_(damping * hessian.diagonal().mean())
    try:
        # in place: each of the three would take as much memory again
        torch.linalg.cholesky(hessian, out=hessian)
        torch.cholesky_inverse(hessian, out=hessian)
        torch.linalg.cholesky(hessian, upper=True, out=hessian)
        return Columns(root=hessian, dead=dead)
    except torch.linalg.LinAlgError as error:
        raise ValueError(
            f"{name}: the Hessian of its inputs cannot be inverted; raise prune.damping"
        ) from error
