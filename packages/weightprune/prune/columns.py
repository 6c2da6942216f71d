"""One layer's weights, the inverse Hessian's factor -> zeros, and the others updated."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from weightprune.places import count_of
from weightprune.prune.choose import Neighbours
from weightprune.prune.lowest import lowest
from weightprune.prune.masks import zeros_first
from weightprune.prune.settings import PruneSettings, parse_pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What is known of a layer's input features, the columns of its weight.

    `root` is the upper Cholesky factor of the inverse Hessian, (d_in, d_in); `dead` marks features
    that were zero for every token, (d_in,).
    """

    root: Tensor
    dead: Tensor


def update_columns(weight: Tensor, columns: Columns, share: float, settings: PruneSettings) -> None:
    """Prune `weight` (d_out, d_in) in place to `share`, and make up for it in later columns.

    Weights compete within `settings.block_columns` columns, each with w^2 / root_jj^2, the loss of
    removing it (equation 3), or within the groups of a pattern; weights on dead features go first,
    and zeros stay zero. Each removed weight's error is spread over the columns to its right
    (equation 4), at once within the block and afterwards for the columns behind it.
    """
    work = weight.to(columns.root.dtype, copy=True)
    choose = _Pattern(settings, share) if settings.pattern else _Block(settings, share, weight == 0)
    for start in range(0, work.shape[1], settings.block_columns):
        end = min(start + settings.block_columns, work.shape[1])
        errors = _prune_block(work[:, start:end], weight[:, start:end] == 0, columns, choose, start)
        work[:, end:] -= errors @ columns.root[start:end, end:]
    # adding 0 turns -0.0 into 0.0
    weight.copy_(work.add_(0.0))


def _prune_block(
    work: Tensor, zeros: Tensor, columns: Columns, choose: _Block | _Pattern, start: int
) -> Tensor:
    """Prune a few columns of the weights in place; returns what their errors are to later ones."""
    inside = slice(start, start + work.shape[1])
    root, dead = columns.root[inside, inside], columns.dead[inside]
    mask = zeros.clone()
    errors = torch.zeros_like(work)
    for column in range(work.shape[1]):
        if column % choose.width == 0:
            group = slice(column, column + choose.width)
            scores = (work[:, group] / root.diagonal()[group]).square().float() * ~dead[group]
            mask[:, group] = choose(zeros_first(scores, zeros[:, group]), start + column)
        errors[:, column] = work[:, column] * mask[:, column] / root[column, column]
        work[:, column:] -= errors[:, column, None] * root[column, column:]
        work[:, column] *= ~mask[:, column]
    return errors


class _Block:
    """Marks weights of a block of columns; the amounts of all blocks add up to the layer's share.

    Each block gives the same share of the weights that are not zero yet.
    """

    def __init__(self, settings: PruneSettings, share: float, zeros: Tensor) -> None:
        self.width = settings.block_columns
        self._zeros = [0, *zeros.sum(0).cumsum(0).tolist()]
        self._rows = zeros.shape[0]
        gone = self._zeros[-1]
        self._share = (share * zeros.numel() - gone) / (zeros.numel() - gone)

    def __call__(self, scores: Tensor, start: int) -> Tensor:
        end = start + scores.shape[1]
        count = self._zeros[end] - self._zeros[start] + self._due(end) - self._due(start)
        return lowest(scores.reshape(1, -1), count).mask.view(scores.shape)

    def _due(self, column: int) -> int:
        """How many weights must have been removed left of a column."""
        return count_of(self._share, self._rows * column - self._zeros[column])


class _Pattern:
    """Marks weights of one group of neighbours in every row."""

    def __init__(self, settings: PruneSettings, share: float) -> None:
        self._neighbours = Neighbours(parse_pattern(settings.pattern))
        self._share = share
        self.width = self._neighbours.pattern.size

    def __call__(self, scores: Tensor, _: int) -> Tensor:
        return self._neighbours(scores, self._share)
