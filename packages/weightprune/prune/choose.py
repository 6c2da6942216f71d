"""Scores, a share -> which weights of a layer go: per output row, per layer, or in a pattern."""

from __future__ import annotations

from collections.abc import Sequence
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
    """The lowest scores of each row, round(share * all) altogether.

    Where a row's share is no whole number of weights, some rows lose one weight more than others,
    so that the layer's sparsity is exact: those whose next weight has the smallest part in the
    row's norm. (Rounding every row alike misses the share by up to half a weight in d_in: 0.8
    points of sparsity at d_in = 64.)
    """

    def __call__(self, scores: Tensor, share: float) -> Tensor:
        """See `Choose`; of equal scores the leftmost go."""
        each, extra = _per_row(scores, share)
        if not extra:
            return lowest(scores, each).mask
        marked = lowest(scores, each + 1)
        row = torch.arange(scores.shape[0], device=scores.device)
        spared = _by_part(scores[row, marked.last], _norms(scores))[extra:]
        marked.mask[spared, marked.last[spared]] = False
        return marked.mask

    def levels(self, scores: Tensor, shares: Sequence[float]) -> Tensor:
        """See `Choose`; sorts each row once."""
        ordered, columns = scores.sort(dim=1, stable=True)
        norms = _norms(scores)
        counts = torch.empty(len(scores), len(shares), dtype=torch.int32, device=scores.device)
        for place, share in enumerate(shares):
            each, extra = _per_row(scores, share)
            counts[:, place] = each
            if extra:
                counts[_by_part(ordered[:, each], norms)[:extra], place] += 1
        return _first_above(counts, columns)


class ByLayer:
    """The lowest scores of all, round(share * all) of them."""

    def __call__(self, scores: Tensor, share: float) -> Tensor:
        """See `Choose`; of equal scores the first go."""
        count = round(share * scores.numel())
        return lowest(scores.reshape(1, -1), count).mask.view(scores.shape)

    def levels(self, scores: Tensor, shares: Sequence[float]) -> Tensor:
        """See `Choose`; sorts the layer once."""
        columns = scores.reshape(1, -1).argsort(dim=1, stable=True)
        counts = torch.tensor(
            [[round(share * scores.numel()) for share in shares]],
            dtype=torch.int32,
            device=scores.device,
        )
        return _first_above(counts, columns).view(scores.shape)


def _per_row(scores: Tensor, share: float) -> tuple[int, int]:
    """How many go in each row, and in how many rows one more does."""
    return divmod(round(share * scores.numel()), scores.shape[0])


def _norms(scores: Tensor) -> Tensor:
    """The norm of each row, (d_out,), more than 0."""
    return torch.linalg.vector_norm(scores, dim=1).clamp_min(torch.finfo(scores.dtype).tiny)


def _by_part(next_scores: Tensor, norms: Tensor) -> Tensor:
    """The rows in the order of the part that the next score, (d_out,), has in the row's norm."""
    return (next_scores / norms).sort(stable=True).indices


def _first_above(counts: Tensor, columns: Tensor) -> Tensor:
    """The place of the first count of the row that is above the rank of each of its weights.

    `counts` (rows, shares) are how many go, rising; `columns` (rows, d) where each rank stands.
    """
    ranks = torch.arange(columns.shape[1], dtype=torch.int32, device=columns.device)
    ranks = ranks.repeat(len(columns), 1)
    places = torch.searchsorted(counts, ranks, out_int32=True, right=True)
    return torch.empty_like(places).scatter_(1, columns, places)


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
