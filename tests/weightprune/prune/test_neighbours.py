"""The lowest of every few neighbours: what sorting gives, of equal ones the leftmost."""

from __future__ import annotations

from itertools import product

import pytest
import torch

from weightprune.prune.neighbours import by_comparison, lowest_neighbours, sorting_network


@pytest.mark.parametrize("size", range(1, 9))
def test_the_network_sorts_whatever_it_is_given(size: int) -> None:
    # a network that sorts all zeros and ones sorts everything (Knuth 5.3.4, theorem Z)
    for given in product((0, 1), repeat=size):
        values = list(given)
        for low, high in sorting_network(size):
            values[low], values[high] = sorted((values[low], values[high]))
        assert values == sorted(given)


@pytest.mark.parametrize(("size", "count"), [(4, 2), (8, 4), (8, 3), (4, 0), (4, 4), (5, 1)])
def test_it_marks_what_a_stable_sort_puts_first(size: int, count: int) -> None:
    generator = torch.Generator().manual_seed(0)
    # few values: many groups have equal scores at the border
    groups = torch.randint(0, 5, (40_000, size), generator=generator).float()
    first = groups.argsort(dim=1, stable=True)[:, :count]
    expected = torch.zeros(groups.shape, dtype=torch.bool).scatter_(1, first, True)
    assert torch.equal(lowest_neighbours(groups, count), expected)
    assert torch.equal(by_comparison(groups, count), expected)
