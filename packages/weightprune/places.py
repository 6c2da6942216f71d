"""A share -> how many of a layer's weights it is; their scores -> in which order they go."""

from __future__ import annotations

import torch
from torch import Tensor

SLACK = 1e-6
"""Of a weight: what floating-point arithmetic may take from a share of whole weights, and more."""


def count_of(share: float, weights: int) -> int:
    """How many of so many weights a share of them is: cut down to whole ones.

    As in the code of SparseGPT and Wanda. A share that dividing whole numbers gave is that number
    again.

    >>> count_of(0.7, 64), count_of(0.29, 100), int(0.29 * 100)
    (44, 29, 28)
    """
    return int(share * weights + SLACK)


def in_layer(scores: Tensor) -> Tensor:
    """The place, from 0, at which each weight goes: the lowest score of all first.

    (d_out, d_in), int32; of equal scores the first goes first.
    """
    order = scores.flatten().argsort(stable=True)
    turns = torch.arange(scores.numel(), dtype=torch.int32, device=scores.device)
    return torch.empty_like(turns).scatter_(0, order, turns).view(scores.shape)


def in_rows(scores: Tensor) -> Tensor:
    """The place, from 0, at which each weight goes, if every row is to lose as many.

    The lowest score of each row goes before the second lowest of any, and so on; of those that are
    alike in this, the lower score goes first. (d_out, d_in), int32; of equal ones the first.
    """
    ordered, columns = scores.sort(dim=1, stable=True)
    rows = ordered.argsort(dim=0, stable=True)
    turns = torch.arange(scores.numel(), dtype=torch.int32, device=scores.device)
    # a whole column of `ordered` goes before the next one
    turns = turns.view(scores.shape[1], scores.shape[0]).T.contiguous()
    places = torch.empty_like(turns).scatter_(0, rows, turns)
    return torch.empty_like(turns).scatter_(1, columns, places)
