"""A share is so many whole weights; their places say which of them go first."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from weightprune.places import count_of, in_layer, in_rows


@pytest.mark.parametrize(
    ("share", "weights", "count"),
    [
        (0.0, 10, 0),
        (0.3, 10, 3),
        (0.29, 100, 29),
        (0.399, 10, 3),
        (0.7, 64 * 172, 7705),
        (1.0, 7, 7),
    ],
)
def test_a_fraction_of_a_weight_is_cut_off(share: float, weights: int, count: int) -> None:
    assert count_of(share, weights) == count


@given(data=st.data(), weights=st.integers(1, 1 << 30))
def test_a_share_that_division_gave_is_the_number_again(data: st.DataObject, weights: int) -> None:
    count = data.draw(st.integers(0, weights))
    assert count_of(count / weights, weights) == count
    # as allocators do: a part of the way, and the rest
    middle = data.draw(st.integers(0, count))
    assert count_of(middle / weights + (count - middle) / weights, weights) == count


def test_rows_take_turns_and_the_lower_score_goes_first() -> None:
    scores = torch.tensor([[5.0, 1.0, 9.0], [0.5, 7.0, 6.0]])
    # lowest of each row: .5, 1; second lowest: 5, 6; highest: 7, 9
    assert in_rows(scores).tolist() == [[2, 1, 5], [0, 4, 3]]
    assert in_layer(scores).tolist() == [[2, 1, 5], [0, 4, 3]]
    assert in_rows(scores + torch.tensor([[0.0], [50.0]])).tolist() == [[2, 0, 4], [1, 5, 3]]


def test_places_are_those_of_a_sort_by_rank_then_score() -> None:
    scores = torch.randint(0, 9, (11, 17), generator=torch.Generator().manual_seed(0)).float()
    ranks = [[sorted(range(17), key=lambda it, row=row: (row[it], it)).index(column)
              for column in range(17)] for row in scores.tolist()]  # fmt: skip
    order = sorted(
        ((row, column) for row in range(11) for column in range(17)),
        key=lambda at: (ranks[at[0]][at[1]], float(scores[at]), at[0]),
    )
    places = in_rows(scores)
    assert [int(places[at]) for at in order] == list(range(11 * 17))


def test_columns_of_a_transposed_matrix_are_its_rows() -> None:
    stored = torch.rand((5, 4), generator=torch.Generator().manual_seed(0))
    for places in (in_rows, in_layer):
        assert torch.equal(places(stored.T), places(stored.T.contiguous()))
