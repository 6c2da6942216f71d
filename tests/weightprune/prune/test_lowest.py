"""The lowest scores of each row, exactly as many as asked, without a sort."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from weightprune.prune.choose import ByLayer, ByRow, Choose, Neighbours
from weightprune.prune.lowest import Marked, lowest, lowest_on_device
from weightprune.prune.settings import Pattern

Lowest = Callable[[Tensor, int], Marked]
WAYS: list[Lowest] = [lowest, lowest_on_device]

# few distinct values: equal scores, zeros, and numbers that differ in their last bits only
VALUES = st.sampled_from([0.0, 1e-38, 1.0, 1.0000001, 1.0000002, 1.01, 3.5, 1e30])
ROWS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(VALUES, min_size=width, max_size=width), min_size=1, max_size=5)
)


def by_sorting(scores: Tensor, count: int) -> Marked:
    order = scores.sort(dim=1, stable=True).indices
    mask = torch.zeros_like(scores, dtype=torch.bool).scatter_(1, order[:, :count], True)
    return Marked(mask, order[:, max(count, 1) - 1])


@pytest.mark.parametrize("way", WAYS)
@settings(deadline=None)
@given(rows=ROWS, share=st.floats(0, 1))
def test_ties_and_all_go_as_in_a_stable_sort(
    way: Lowest, rows: list[list[float]], share: float
) -> None:
    scores = torch.tensor(rows)
    count = round(share * scores.shape[1])
    found, expected = way(scores, count), by_sorting(scores, count)
    assert torch.equal(found.mask, expected.mask)
    if count:
        assert torch.equal(found.last, expected.last)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("shape", [(3, 1000), (700, 900), (1, 70_000)])
def test_large_rows_agree_with_a_sort(way: Lowest, shape: tuple[int, int]) -> None:
    scores = torch.randn(shape, generator=torch.Generator().manual_seed(0)).abs()
    for share in (0.01, 0.5, 0.99):
        count = round(share * shape[1])
        assert torch.equal(way(scores, count).mask, by_sorting(scores, count).mask)


def test_rows_of_a_transposed_matrix_are_its_columns() -> None:
    stored = torch.tensor([[1.0, 6.0], [3.0, 4.0], [2.0, 5.0]])
    assert lowest(stored.T, 1).mask.tolist() == [[True, False, False], [False, True, False]]


def test_a_share_that_no_row_divides_takes_the_lowest_next_score() -> None:
    scores = torch.tensor([[0.1, 3.0, 9.0], [1.0, 2.0, 2.1]])
    # half of three is one and a half; in its row the second row's next weight counts for more
    assert ByRow()(scores, 0.5).tolist() == [[True, False, False], [True, True, False]]


@pytest.mark.parametrize("choose", [ByRow(), ByLayer()])
def test_a_fraction_of_a_weight_stays(choose: Choose) -> None:
    scores = torch.tensor([[5.0, 1.0, 2.0], [3.0, 4.0, 6.0]])
    # 2.94 and 3 of six: the share of three weights is no less than three
    assert [int(choose(scores, share).sum()) for share in (0.49, 3 / 6)] == [2, 3]


@pytest.mark.parametrize("share", [0.0, 0.17, 0.3, 0.5, 0.77, 0.99])
def test_every_row_has_its_share_within_one_weight(share: float) -> None:
    scores = torch.rand((13, 37), generator=torch.Generator().manual_seed(0))
    zeros = ByRow()(scores, share).sum(1)
    assert int(zeros.sum()) == math.floor(share * 13 * 37)
    assert int(zeros.max() - zeros.min()) <= 1


@pytest.mark.parametrize("share", [0.17, 0.3, 0.77])
def test_the_rows_that_lose_one_more_lose_the_lowest_scores(share: float) -> None:
    scores = torch.rand((13, 37), generator=torch.Generator().manual_seed(0))
    mask = ByRow()(scores, share)
    each = math.floor(share * 13 * 37) // 13
    following = scores.sort(dim=1).values[:, each]
    more = mask.sum(1) == each + 1
    assert 0 < int(more.sum()) < 13
    assert following[more].max() < following[~more].min()


@pytest.mark.parametrize("choose", [ByRow(), ByLayer()])
@pytest.mark.parametrize("shape", [(13, 37), (5, 64)])
def test_levels_are_the_first_masks_that_have_a_weight(
    choose: Choose, shape: tuple[int, int]
) -> None:
    scores = torch.randint(0, 9, shape, generator=torch.Generator().manual_seed(0)).float()
    shares = [level * 0.01 for level in range(1, 96)]
    levels = choose.levels(scores, shares)
    for place, share in enumerate(shares):
        assert torch.equal(levels <= place, choose(scores, share))
    assert int(levels.max()) == len(shares)


@pytest.mark.parametrize("choose", [ByRow(), ByLayer()])
def test_at_a_share_of_one_everything_is_gone(choose: Choose) -> None:
    scores = torch.tensor([[3.0, 1.0], [2.0, 4.0]])
    assert choose.levels(scores, [0.0, 0.5, 1.0]).tolist() == [[2, 1], [1, 2]]


def test_levels_of_a_pattern() -> None:
    scores = torch.tensor([[3.0, 1.0, 2.0, 4.0]])
    levels = Neighbours(Pattern(kept=2, size=4)).levels(scores, [0.25, 0.5])
    assert levels.tolist() == [[2, 0, 1, 2]]


def test_a_layer_is_one_group() -> None:
    scores = torch.tensor([[1.0, 2.0, 3.0], [7.0, 8.0, 9.0]])
    assert ByLayer()(scores, 0.5).tolist() == [[True] * 3, [False] * 3]


def test_of_every_four_neighbours_two_go_and_equal_ones_leftmost() -> None:
    scores = torch.tensor([[3.0, 1.0, 2.0, 4.0, 5.0, 5.0, 5.0, 5.0]])
    mask = Neighbours(Pattern(kept=2, size=4))(scores, 0.5)
    assert mask.int().tolist() == [[0, 1, 1, 0, 1, 1, 0, 0]]


def test_another_share_of_the_same_groups_is_a_pattern_as_well() -> None:
    scores = torch.arange(16.0).reshape(1, 16)
    assert int(Neighbours(Pattern(kept=4, size=8))(scores, 0.375).sum()) == 6


@pytest.mark.parametrize(("share", "columns"), [(0.3, 8), (0.5, 6)])
def test_what_fits_no_pattern_is_refused(share: float, columns: int) -> None:
    with pytest.raises(ValueError, match="pattern 2:4"):
        Neighbours(Pattern(kept=2, size=4))(torch.ones(1, columns), share)
