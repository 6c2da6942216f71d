"""Probes: each layer alone, the weights back bit for bit, nats per weight removed."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from weightprune.divergence import Divergence
from weightprune.network import Network
from weightprune.probe.costs import probe_costs
from weightprune.probe.settings import ProbeSettings
from weightprune.prune.choose import choice
from weightprune.prune.masks import MaskOperator
from weightprune.prune.scores import magnitude
from weightprune.prune.settings import PruneSettings

OPERATOR = MaskOperator(magnitude, choice(PruneSettings()))


@pytest.fixture
def windows() -> Tensor:
    return torch.randint(0, 19, (4, 9), generator=torch.Generator().manual_seed(1))


def test_a_cost_is_the_rise_that_one_layers_step_brings(network: Network, windows: Tensor) -> None:
    divergence = Divergence(network, windows)
    settings = ProbeSettings(step=0.25, windows=4)
    costs = probe_costs(network, OPERATOR, divergence, settings)
    layer = network.layers[-1]
    OPERATOR.prune(network, {layer.name: 0.25})
    assert costs[layer.name] == pytest.approx(
        divergence.measure() / (0.25 * layer.weights), rel=1e-4
    )
    assert all(cost >= 0 for cost in costs.values())


def test_every_weight_is_put_back(network: Network, windows: Tensor) -> None:
    before = {layer.name: network.weight(layer.name).clone() for layer in network.layers}
    probe_costs(network, OPERATOR, Divergence(network, windows), ProbeSettings())
    assert all(torch.equal(network.weight(name), weight) for name, weight in before.items())


def test_an_empty_layer_has_nothing_to_give(network: Network, windows: Tensor) -> None:
    name = network.layers[0].name
    network.weight(name)[...] = 0
    costs = probe_costs(network, OPERATOR, Divergence(network, windows), ProbeSettings())
    assert math.isinf(costs[name])
    assert sum(math.isinf(cost) for cost in costs.values()) == 1


def test_probes_cost_a_fraction_of_an_evaluation(network: Network, windows: Tensor) -> None:
    divergence = Divergence(network, windows)
    before = divergence.evaluations
    probe_costs(network, OPERATOR, divergence, ProbeSettings(windows=1))
    # one pass of a quarter of the windows, then each block's 7 layers by it and those behind
    assert divergence.evaluations - before == pytest.approx(0.25 * (1 + 7 * (1 + 2 / 3 + 1 / 3)))


@pytest.mark.parametrize("settings", [{"step": 0}, {"step": 1.0}, {"windows": 0}])
def test_settings_that_measure_nothing_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=rf"^{next(iter(settings))} "):
        ProbeSettings(**settings)  # type: ignore[arg-type]
