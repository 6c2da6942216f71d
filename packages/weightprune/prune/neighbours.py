"""Scores, how many of every few neighbours -> the mask of the lowest of each group, without a sort.

A sorting network of minima and maxima gives the score up to which a group goes, all groups at once.
On the CPU numpy works on so few groups at a time that they stay in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

GROUPS_AT_ONCE = 1 << 14


def lowest_neighbours(groups: Tensor, count: int) -> Tensor:
    """Mark the `count` lowest scores of each row of `groups`; of equal ones the leftmost.

    `groups` are (n, size); `count` is in [0, size].
    """
    if groups.device.type != "cpu" or not 0 < count < groups.shape[1]:
        return by_comparison(groups, count)
    scores = groups.contiguous().numpy()
    mask = np.empty(scores.shape, dtype=bool)
    for start in range(0, len(scores), GROUPS_AT_ONCE):
        rows = slice(start, start + GROUPS_AT_ONCE)
        _mark(scores[rows], count, mask[rows])
    marked = torch.from_numpy(mask)
    # scores that equal the last one that goes were all marked
    equal = torch.from_numpy(np.flatnonzero(_counts(mask) != count))
    if len(equal):
        marked[equal] = by_comparison(groups[equal], count)
    return marked


def by_comparison(groups: Tensor, count: int) -> Tensor:
    """What `lowest_neighbours` returns, on whatever device, by comparing neighbours in pairs."""
    planes = groups.T.contiguous()
    ranks = torch.zeros(planes.shape, dtype=torch.uint8, device=planes.device)
    for left in range(len(planes)):
        for right in range(left + 1, len(planes)):
            larger = planes[left] > planes[right]
            ranks[left] += larger
            ranks[right] += ~larger
    return (ranks < count).T


def sorting_network(size: int) -> Iterator[tuple[int, int]]:
    """Pairs to be put in order, one after the other (Batcher's merge exchange, Knuth 5.2.2 M).

    >>> list(sorting_network(4))
    [(0, 2), (1, 3), (0, 1), (2, 3), (1, 2)]
    """
    top = 1 << max(0, (size - 1).bit_length() - 1)
    part = top if size > 1 else 0
    while part:
        merged, rest, distance = top, 0, part
        while True:
            yield from ((i, i + distance) for i in range(size - distance) if i & part == rest)
            if merged == part:
                break
            distance, merged, rest = merged - part, merged >> 1, part
        part >>= 1


def _mark(scores: Any, count: int, mask: Any) -> None:
    """Mark all scores of each group up to the count-th lowest, (n, size)."""
    planes = [scores[:, place].copy() for place in range(scores.shape[1])]
    ordered = list(planes)
    for low, high in sorting_network(len(planes)):
        one, other = ordered[low], ordered[high]
        ordered[low], ordered[high] = np.minimum(one, other), np.maximum(one, other)
    for place, plane in enumerate(planes):
        mask[:, place] = plane <= ordered[count - 1]


def _counts(mask: Any) -> Any:
    """How many of each group are marked."""
    counts = mask[:, 0].view(np.uint8).copy()
    for place in range(1, mask.shape[1]):
        counts += mask[:, place]
    return counts
