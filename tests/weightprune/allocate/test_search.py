"""The search: never worse than where it starts, within its budget, at the same sparsity."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from weightprune.allocate.order import Order, Plan
from weightprune.allocate.search import Search, trade
from weightprune.allocate.trial import Trial
from weightprune.divergence import Divergence
from weightprune.network import Network, overall
from weightprune.places import in_layer
from weightprune.prune.scores import magnitude
from weightprune.types import SPARSEST, Layer


@pytest.fixture
def plan(network: Network) -> Plan:
    order = Order(network, in_layer)
    order.refresh(network, magnitude)
    return Plan(allocation={layer.name: 0.5 for layer in network.layers}, order=order)


def test_it_finds_something_better_and_leaves_the_network(
    network: Network, windows: Tensor, plan: Plan
) -> None:
    before = {layer.name: network.weight(layer.name).clone() for layer in network.layers}
    divergence = Divergence(network, windows)
    trial = Trial(network, plan.order, divergence)
    at_first = trial.measure(plan.allocation)
    trial.end()
    better = Search(divergence=divergence, budget=40).improved(network, plan)
    assert all(torch.equal(network.weight(name), weight) for name, weight in before.items())
    assert overall(better.allocation, network.layers) == pytest.approx(0.5, abs=1e-6)
    better.prune(network)
    assert divergence.measure() < at_first


def test_it_keeps_to_its_budget(network: Network, windows: Tensor, plan: Plan) -> None:
    divergence = Divergence(network, windows)
    before = divergence.evaluations
    Search(divergence=divergence, budget=12).improved(network, plan)
    # a generation is 17 eighths, 4 halves and at most one whole pass
    assert 12 <= divergence.evaluations - before <= 12 + 1 + 17 / 8 + 2 + 1


def test_the_same_seed_finds_the_same(network: Network, windows: Tensor, plan: Plan) -> None:
    found = [
        Search(divergence=Divergence(network, windows), budget=12, seed=3).improved(network, plan)
        for _ in range(2)
    ]
    assert found[0].allocation == found[1].allocation


def test_a_trade_moves_as_many_weights_as_both_layers_allow() -> None:
    small = Layer(name="small", block=0, kind="a", shape=(1, 10))
    large = Layer(name="large", block=0, kind="b", shape=(4, 10))
    shares = {"small": 0.5, "large": 0.5}
    trade(shares, small, large, 0.1)
    # 0.1 * sqrt(10 * 40) = 2 weights
    assert shares == pytest.approx({"small": 0.7, "large": 0.45})
    trade(shares, small, large, 10)
    assert shares == pytest.approx({"small": SPARSEST, "large": (18 - 2.5) / 40})
