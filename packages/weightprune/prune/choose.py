"""Scores, a share -> which weights of a layer go: per output row, per layer, or in a pattern."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from weightprune.prune.lowest import lowest
from weightprune.prune.neighbours import lowest_neighbours
from weightprune.prune.settings import Group, Pattern, PruneSettings, parse_pattern


class Choose(Protocol):
    """Marks the least valuable weights."""

    def __call__(self, scores: Tensor, share: float) -> Tensor:
        """The mask (d_out, d_in) of the weights that go; `scores` are not negative."""


def choice(settings: PruneSettings) -> Choose:
    """The group of weights that the settings let compete."""
    if settings.pattern:
        return Neighbours(parse_pattern(settings.pattern))
    return by_layer if settings.group is Group.layer else by_row


def by_row(scores: Tensor, share: float) -> Tensor:
    """The lowest scores of each row, round(share * all) altogether.

    Where a row's share is no whole number of weights, some rows lose one weight more than others,
    so that the layer's sparsity is exact: those whose next weight has the smallest part in the
    row's norm. (Rounding every row alike misses the share by up to half a weight in d_in: 0.8
    points of sparsity at d_in = 64.)
    """
    each, extra = divmod(round(share * scores.numel()), scores.shape[0])
    if not extra:
        return lowest(scores, each).mask
    marked = lowest(scores, each + 1)
    row = torch.arange(scores.shape[0], device=scores.device)
    norm = torch.linalg.vector_norm(scores, dim=1).clamp_min(torch.finfo(scores.dtype).tiny)
    spared = (scores[row, marked.last] / norm).sort(stable=True).indices[extra:]
    marked.mask[spared, marked.last[spared]] = False
    return marked.mask


def by_layer(scores: Tensor, share: float) -> Tensor:
    """The lowest scores of all, round(share * all) of them."""
    count = round(share * scores.numel())
    return lowest(scores.reshape(1, -1), count).mask.view(scores.shape)


class Neighbours:
    """The lowest scores of every `size` neighbours in a row, so that the pattern holds."""

    def __init__(self, pattern: Pattern) -> None:
        """Keep at most `pattern.kept` of every `pattern.size`."""
        self.pattern = pattern

    def __call__(self, scores: Tensor, share: float) -> Tensor:
        """The mask (d_out, d_in); equal scores go leftmost.

        `share` may be that of another pattern with groups of the same size, such as 0.375 with
        groups of 8: raises ValueError where it is none, or where groups do not fill the row.
        """
        size = self.pattern.size
        gone = share * size
        if abs(gone - round(gone)) > 1e-6 or scores.shape[1] % size:
            raise ValueError(
                f"pattern {self.pattern.kept}:{size}: the share must be a multiple of 1/{size}, "
                f"not {share:.4f}, and the rows one of {size}, not {scores.shape[1]}"
            )
        return lowest_neighbours(scores.reshape(-1, size), round(gone)).view(scores.shape)
