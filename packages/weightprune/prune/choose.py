"""Scores, a share -> which weights of a layer go: per output row, per layer, or in a pattern."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

from weightprune.places import count_of, in_layer
from weightprune.prune.lowest import lowest
from weightprune.prune.neighbours import lowest_neighbours
from weightprune.prune.settings import Group, Pattern, PruneSettings, parse_pattern


class Choose(Protocol):
    """Marks the least valuable weights."""

    def __call__(self, scores: Tensor, share: float) -> Tensor:
        """The mask (d_out, d_in) of the weights that go; `scores` are not negative."""

    def levels(self, scores: Tensor, shares: Sequence[float]) -> Tensor:
        """At how many of the rising `shares` each weight stays, (d_out, d_in), int32.

        That is the place of the first one whose mask has it, or len(shares).
        """


def choice(settings: PruneSettings) -> Choose:
    """The group of weights that the settings let compete."""
    if settings.pattern:
        return Neighbours(parse_pattern(settings.pattern))
    return ByLayer() if settings.group is Group.layer else ByRow()


class ByRow:
    """The lowest scores of each row, count_of(share, all) altogether.

    Where these are not as many in every row, some rows lose one weight more than others, so that no
    weight of the layer's number is missing: those whose next score is lowest. (Rounding every row
    alike misses the share by up to half a weight in d_in: 0.8 points of sparsity at d_in = 64.)
    """

    def __call__(self, scores: Tensor, share: float) -> Tensor:
        """See `Choose`; of equal scores the leftmost go, of equal rows the first lose more."""
        each, extra = divmod(count_of(share, scores.numel()), scores.shape[0])
        if not extra:
            return lowest(scores, each).mask
        marked = lowest(scores, each + 1)
        rows = torch.arange(scores.shape[0], device=scores.device)
        spared = scores[rows, marked.last].argsort(stable=True)[extra:]
        marked.mask[spared, marked.last[spared]] = False
        return marked.mask

    def levels(self, scores: Tensor, shares: Sequence[float]) -> Tensor:
        """See `Choose`; sorts each row once, and the rows where some lose one more."""
        ordered, columns = scores.sort(dim=1, stable=True)
        amounts = [divmod(count_of(share, scores.numel()), scores.shape[0]) for share in shares]
        each, extra = torch.tensor(amounts, dtype=torch.int32, device=scores.device).T
        following = ordered[:, each.clamp_max(scores.shape[1] - 1)]
        turns = following.argsort(dim=0, stable=True).argsort(dim=0)
        ranks = torch.arange(scores.shape[1], dtype=torch.int32, device=scores.device)
        levels = _first_above(each + (turns < extra), ranks.repeat(len(scores), 1))
        return torch.empty_like(levels).scatter_(1, columns, levels)


class ByLayer:
    """The lowest scores of all, count_of(share, all) of them."""

    def __call__(self, scores: Tensor, share: float) -> Tensor:
        """See `Choose`; of equal scores the first go."""
        count = count_of(share, scores.numel())
        return lowest(scores.reshape(1, -1), count).mask.view(scores.shape)

    def levels(self, scores: Tensor, shares: Sequence[float]) -> Tensor:
        """See `Choose`; sorts the layer once."""
        counts = [count_of(share, scores.numel()) for share in shares]
        ends = torch.tensor(counts, dtype=torch.int32, device=scores.device)
        return _first_above(ends, in_layer(scores))


def _first_above(counts: Tensor, places: Tensor) -> Tensor:
    """Which of the rising counts is the first that reaches beyond each place, int32."""
    return torch.searchsorted(counts, places, out_int32=True, right=True)


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

    def levels(self, scores: Tensor, shares: Sequence[float]) -> Tensor:
        """See `Choose`; a pattern has few shares, each with a mask of its own."""
        masks = (self(scores, share) for share in shares)
        return sum((~mask for mask in masks), torch.zeros_like(scores, dtype=torch.int32))
