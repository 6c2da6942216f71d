"""Scores, how many a row -> the mask of the lowest scores of each row, without sorting them.

A score that is not negative orders like its bits read as an integer. The k-th lowest of a row is
found by bisection on these integers, all rows at once: ten to fifteen comparisons of everything
replace a sort. On the CPU numpy does it on the upper 16 bits first, which leaves a handful of
candidates a row; rows that are short it partitions, by vector instructions where there are any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

ELEMENTS_AT_ONCE = 1 << 19
"""How many keys numpy works on at once: they stay in the processor's cache (1 MB)."""
SHORT = 512
"""Rows up to here are partitioned, 3 to 9 times as fast as bisection; from 1,024 on it is slower.
(Measured with numpy 2.4 on a processor with AVX-512.)"""


@dataclass(frozen=True, slots=True)
class Marked:
    """The lowest scores of each row: `mask` (rows, d), and the column of the highest of them.

    `last` is (rows,), int64; without meaning where none is marked.
    """

    mask: Tensor
    last: Tensor


def lowest(scores: Tensor, count: int) -> Marked:
    """Mark the `count` lowest scores of each row; of equal ones the leftmost.

    `scores` are single precision, (rows, d), finite and not negative; `count` is in [0, d].
    """
    if scores.device.type == "cpu":
        return _lowest_numpy(scores.contiguous().numpy(), count)
    return lowest_on_device(scores, count)


def lowest_on_device(scores: Tensor, count: int) -> Marked:
    """What `lowest` returns, on whatever device the scores are."""
    keys = scores.contiguous().view(torch.int32)
    low, high = keys.amin(1, keepdim=True), keys.amax(1, keepdim=True)
    while bool((low < high).any()):
        middle = low + (high - low) // 2
        enough = (keys <= middle).sum(1, keepdim=True) >= count
        high = torch.where(enough, middle, high)
        low = torch.where(enough, low, torch.minimum(middle + 1, high))
    below = keys < low
    missing = count - below.sum(1, keepdim=True)
    candidates = keys == low
    place = candidates.cumsum(1, dtype=torch.int32)
    last = (candidates & (place == missing)).byte().argmax(1)
    return Marked(below | (candidates & (place <= missing)), last)


def _lowest_numpy(scores: Any, count: int) -> Marked:
    mask = np.empty(scores.shape, dtype=bool)
    last = np.zeros(len(scores), dtype=np.int64)
    step = max(1, ELEMENTS_AT_ONCE // scores.shape[1])
    for start in range(0, len(scores), step):
        rows = slice(start, start + step)
        _lowest_rows(scores[rows], count, mask[rows], last[rows])
    return Marked(torch.from_numpy(mask), torch.from_numpy(last))


def _lowest_rows(scores: Any, count: int, mask: Any, last: Any) -> None:
    """Write the marks of a few rows: what lies below the threshold, then the lowest candidates."""
    keys = scores.view(np.uint32)
    if scores.shape[1] <= SHORT:
        at = max(0, count - 1)
        threshold = np.partition(keys, at, axis=1)[:, at : at + 1]
    else:
        keys = np.ascontiguousarray(keys >> 16).astype(np.uint16)
        threshold = _threshold(keys, count)
    np.less(keys, threshold, out=mask)
    missing = count - _sum(mask).astype(np.int64)
    candidates = np.flatnonzero(keys == threshold)
    row = candidates // scores.shape[1]
    # by row, then score; the sort is stable, so equal scores stay in the order of their columns
    candidates = candidates[np.lexsort((scores.ravel()[candidates], row))]
    place = np.arange(len(candidates)) - np.searchsorted(row, row)
    mask.ravel()[candidates[place < missing[row]]] = True
    final = place == missing[row] - 1
    last[row[final]] = candidates[final] % scores.shape[1]


def _threshold(keys: Any, count: int) -> Any:
    """The lowest key of each row that at least `count` keys do not exceed, (rows, 1)."""
    low, high = keys.min(axis=1), keys.max(axis=1)
    while (low < high).any():
        middle = low + (high - low) // 2
        enough = _sum(keys <= middle[:, None]) >= count
        high = np.where(enough, middle, high)
        low = np.where(enough, low, np.minimum(middle + 1, high))
    return low[:, None]


def _sum(mask: Any) -> Any:
    """How many of each row; adding bytes in 16 bits is several times faster than counting."""
    short = mask.shape[1] < 1 << 16
    return np.add.reduce(mask.view(np.uint8), axis=1, dtype=np.uint16 if short else np.uint32)
