"""The descent: prices are the divergence's slope, and evening them out makes it smaller."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from weightprune.allocate.descent import Descent
from weightprune.allocate.settings import DescentSettings
from weightprune.divergence import Divergence
from weightprune.network import Network, overall
from weightprune.prune.choose import choice
from weightprune.prune.masks import MaskOperator
from weightprune.prune.scores import magnitude
from weightprune.prune.settings import Group, PruneSettings
from weightprune.types import SPARSEST

OPERATOR = MaskOperator(magnitude, choice(PruneSettings(group=Group.layer)))


def descent(network: Network, tokens: Tensor, **settings: int) -> Descent:
    return Descent(
        divergence=Divergence(network, tokens),
        operator=OPERATOR,
        settings=DescentSettings(**{"windows": len(tokens), **settings}),  # type: ignore[arg-type]
    )


def test_it_finds_something_better_than_all_layers_alike_and_leaves_the_network(
    network: Network, windows: Tensor
) -> None:
    before = {layer.name: network.weight(layer.name).clone() for layer in network.layers}
    found = descent(network, windows)
    allocation = found.allocate(network, 0.5)
    assert all(torch.equal(network.weight(name), weight) for name, weight in before.items())
    assert overall(allocation, network.layers) == pytest.approx(0.5, abs=1e-6)
    assert all(0 <= share <= SPARSEST for share in allocation.values())
    OPERATOR.prune(network, allocation)
    ours = found.divergence.measure()
    for name, weight in before.items():
        network.weight(name).copy_(weight)
    OPERATOR.prune(network, dict.fromkeys(before, 0.5))
    assert ours < found.divergence.measure()


def test_no_parameter_is_left_learning(network: Network, windows: Tensor) -> None:
    learning = [one.requires_grad for one in network.model.parameters()]
    descent(network, windows, steps=1).allocate(network, 0.4)
    assert [one.requires_grad for one in network.model.parameters()] == learning
    assert all(one.grad is None for one in network.model.parameters())


def test_it_costs_what_it_says(network: Network, windows: Tensor) -> None:
    found = descent(network, windows, steps=3, windows=2, finalists=2)
    before = found.divergence.evaluations
    found.allocate(network, 0.5)
    assert found.divergence.evaluations - before == pytest.approx(
        found.settings.evaluations(len(windows))
    )
    assert found.settings.evaluations(len(windows)) == pytest.approx(3 * 3 * 2 / len(windows) + 2)


def test_a_single_finalist_is_not_measured(network: Network, windows: Tensor) -> None:
    found = descent(network, windows, steps=2, finalists=1)
    before = found.divergence.evaluations
    found.allocate(network, 0.5)
    assert found.divergence.evaluations - before == pytest.approx(2 * 3)
    assert found.settings.evaluations(len(windows)) == pytest.approx(2 * 3)


def test_the_same_seed_finds_the_same(network: Network, windows: Tensor) -> None:
    found = [descent(network, windows, windows=2).allocate(network, 0.6) for _ in range(2)]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"steps": 0}, "steps"),
        ({"windows": 0}, "windows"),
        ({"finalists": 0}, "finalists"),
    ],
)
def test_settings_that_cannot_move_are_refused(settings: dict[str, float], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        DescentSettings(**settings)  # type: ignore[arg-type]
