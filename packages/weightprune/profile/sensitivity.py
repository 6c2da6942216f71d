"""Weight and input norms -> s, how large the Wanda metric of the least important weights is."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def sensitivity(weight: Tensor, norms: Tensor, percentile: float = 10.0) -> float:
    """The percentile of |W| ||X|| over the active weights; infinite where none is active.

    `weight` (d_out, d_in), `norms` (d_in,): l2 norm of each input feature over all calibration
    tokens (paper, equation 1 and the text below it). The percentile is the nearest rank from
    below, an element of the metric itself.

    >>> import torch
    >>> sensitivity(torch.tensor([[1.0, -2.0, 0.0, 4.0]]), torch.tensor([1.0, 1.0, 1.0, 0.5]), 50)
    2.0
    """
    active = int(torch.count_nonzero(weight))
    if not active:
        return float("inf")
    metric = (weight.abs() * norms.to(weight)).flatten().float()
    # the others' metric is 0: none is higher, so that they need not be taken out
    others = metric.numel() - active
    return _ranked(metric, others + max(1, -int(-active * percentile // 100)))


def _ranked(values: Tensor, rank: int) -> float:
    """The value of this rank from below, from 1; `values` are single precision, not negative."""
    if values.device.type != "cpu":
        return float(values.kthvalue(rank).values)
    # such numbers order like their bits: a histogram of the upper ones leaves few to compare
    upper = values.numpy().view(np.uint32) >> 16
    upto = np.bincount(upper).cumsum()
    place = int(np.searchsorted(upto, rank))
    candidates = values.numpy()[upper == place]
    within = rank - int(upto[place]) + len(candidates) - 1
    return float(np.partition(candidates, within)[within])
