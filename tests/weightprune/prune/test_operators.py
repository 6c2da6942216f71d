"""What every operator promises: exact amounts, zeros that stay, layers that are left alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Tensor
from transformers import PreTrainedModel

from weightprune.interfaces import Operator
from weightprune.model.discover import discover
from weightprune.network import Network
from weightprune.places import count_of
from weightprune.prune.operator import Measured, operator
from weightprune.prune.settings import Group, Metric, PruneSettings
from weightprune.statistics import gradient_norms, input_norms

Open = Callable[[Network, PruneSettings], Operator]


@pytest.fixture
def prepared(windows: Tensor) -> Open:
    """Opens an operator with everything measured on the windows."""

    def prepare(network: Network, settings: PruneSettings) -> Operator:
        norms = input_norms(network, windows)
        measured = Measured(
            norms=norms.by_layer,
            windows=norms.windows,
            hessian=windows,
            gradients=partial(gradient_norms, network, windows),
        )
        return operator(settings, measured)

    return prepare


def weights(network: Network) -> dict[str, Tensor]:
    return {layer.name: network.weight(layer.name).clone() for layer in network.layers}


@pytest.mark.parametrize("metric", list(Metric))
def test_every_layer_gets_the_sparsity_asked_and_the_others_stay_bit_identical(
    any_model: PreTrainedModel, prepared: Open, metric: Metric
) -> None:
    network = discover(any_model)
    before = weights(network)
    named = network.layers[1::2]
    allocation = {layer.name: 0.2 + 0.05 * place for place, layer in enumerate(named)}
    prepared(network, PruneSettings(metric=metric)).prune(network, allocation)
    for layer in network.layers:
        weight = network.weight(layer.name)
        if layer.name in allocation:
            assert int((weight == 0).sum()) == count_of(allocation[layer.name], layer.weights)
            assert not torch.signbit(weight[weight == 0]).any()
        else:
            assert torch.equal(weight, before[layer.name])


@pytest.mark.parametrize("metric", list(Metric))
def test_zeros_stay_zero_and_pruning_again_changes_nothing(
    any_model: PreTrainedModel, prepared: Open, metric: Metric
) -> None:
    network = discover(any_model)
    names = [layer.name for layer in network.layers]
    prune = prepared(network, PruneSettings(metric=metric)).prune
    prune(network, dict.fromkeys(names, 0.3))
    first = weights(network)
    prune(network, dict.fromkeys(names, 0.3))
    assert all(torch.equal(network.weight(name), first[name]) for name in names)
    prune(network, dict.fromkeys(names, 0.1))
    assert all(torch.equal(network.weight(name), first[name]) for name in names)
    prune(network, dict.fromkeys(names, 0.6))
    for layer in network.layers:
        weight = network.weight(layer.name)
        assert not weight[first[layer.name] == 0].any()
        assert int((weight == 0).sum()) == count_of(0.6, layer.weights)


@pytest.mark.parametrize("metric", [it for it in Metric if it is not Metric.sparsegpt])
def test_masks_leave_the_other_weights_as_they_were(
    any_model: PreTrainedModel, prepared: Open, metric: Metric
) -> None:
    network = discover(any_model)
    before = weights(network)
    prepared(network, PruneSettings(metric=metric)).prune(network, dict.fromkeys(before, 0.5))
    for name, dense in before.items():
        weight = network.weight(name)
        assert torch.equal(weight[weight != 0], dense[weight != 0])


@pytest.mark.parametrize("metric", list(Metric))
@pytest.mark.parametrize(("pattern", "size"), [("2:4", 4), ("4:8", 8)])
def test_patterns_hold(
    llama: PreTrainedModel, prepared: Open, metric: Metric, pattern: str, size: int
) -> None:
    network = discover(llama)
    names = [layer.name for layer in network.layers]
    settings = PruneSettings(metric=metric, pattern=pattern)
    prepared(network, settings).prune(network, dict.fromkeys(names, 0.5))
    for name in names:
        kept = (network.weight(name) != 0).reshape(-1, size).sum(1)
        assert bool((kept == size // 2).all())


def test_a_conv1d_loses_the_weights_that_a_linear_layer_would(gpt2: PreTrainedModel) -> None:
    network = discover(gpt2)
    name = "transformer.h.0.mlp.c_fc"
    dense = network.weight(name).clone().contiguous()
    settings = PruneSettings(metric=Metric.magnitude)
    nothing = Measured(norms={}, windows=1, hessian=torch.ones(1, 2), gradients=lambda _: {})
    operator(settings, nothing).prune(network, {name: 0.5})
    order = dense.abs().argsort(dim=1)
    expected = dense.scatter(1, order[:, :8], 0.0)
    assert torch.equal(gpt2.transformer.h[0].mlp.c_fc.weight.detach(), expected.T)


def test_per_layer_wanda_takes_the_lowest_of_the_whole_layer(
    llama: PreTrainedModel, prepared: Open, windows: Tensor
) -> None:
    network = discover(llama)
    name = network.layers[0].name
    scores = network.weight(name).abs() * input_norms(network, windows).by_layer[name].float()
    prepared(network, PruneSettings(group=Group.layer)).prune(network, {name: 0.25})
    gone = network.weight(name) == 0
    assert scores[gone].max() <= scores[~gone].min()


def test_gblm_adds_the_gradients(llama: PreTrainedModel, windows: Tensor) -> None:
    network = discover(llama)
    layer = network.layers[0]
    gradients = torch.rand(layer.shape, generator=torch.Generator().manual_seed(0))
    norms = torch.linspace(1, 2, layer.shape[1], dtype=torch.float64)
    dense = network.weight(layer.name).clone()
    measured = Measured(
        norms={layer.name: norms}, windows=4, hessian=windows,
        gradients=lambda names: dict.fromkeys(names, gradients),
    )  # fmt: skip
    settings = PruneSettings(metric=Metric.gblm, gradient_weight=3.0)
    operator(settings, measured).prune(network, {layer.name: 0.5})
    scores = dense.abs() * (norms.float() / 2 + 3 * gradients)
    kept = dense.scatter(1, scores.argsort(dim=1)[:, :8], 0.0)
    assert torch.equal(network.weight(layer.name), kept)


def test_balanced_is_the_geometric_mean_of_activation_and_gradient(
    llama: PreTrainedModel, windows: Tensor
) -> None:
    network = discover(llama)
    layer = network.layers[0]
    gradients = torch.rand(layer.shape, generator=torch.Generator().manual_seed(0))
    norms = torch.linspace(1, 2, layer.shape[1], dtype=torch.float64)
    dense = network.weight(layer.name).clone()
    measured = Measured(
        norms={layer.name: norms}, windows=4, hessian=windows,
        gradients=lambda names: dict.fromkeys(names, gradients),
    )  # fmt: skip
    settings = PruneSettings(metric=Metric.balanced, group=Group.layer)
    operator(settings, measured).prune(network, {layer.name: 0.5})
    scores = (dense.abs() * (norms.float() * gradients).sqrt()).flatten()
    expected = dense.flatten().scatter(0, scores.argsort()[: layer.weights // 2], 0.0)
    assert torch.equal(network.weight(layer.name).flatten(), expected)


def test_sparsegpt_sees_each_block_behind_the_blocks_pruned_before(
    llama: PreTrainedModel, prepared: Open
) -> None:
    network = discover(llama)
    dense = weights(network)
    prune = prepared(network, PruneSettings(metric=Metric.sparsegpt)).prune
    prune(network, dict.fromkeys(dense, 0.5))
    at_once = weights(network)
    for name, weight in dense.items():
        network.weight(name).copy_(weight)
    for block in range(2):
        names = [layer.name for layer in network.layers if layer.block == block]
        prune(network, dict.fromkeys(names, 0.5))
    assert all(torch.equal(network.weight(name), at_once[name]) for name in dense)


@pytest.mark.parametrize("metric", [Metric.wanda, Metric.sparsegpt])
def test_an_expert_that_saw_no_token_is_pruned_by_magnitude(
    experts: PreTrainedModel, metric: Metric
) -> None:
    network = discover(experts)
    one_token = torch.tensor([[5, 6]])
    norms = input_norms(network, one_token)
    idle = next(name for name, norm in norms.by_layer.items() if not norm.any())
    dense = network.weight(idle).clone()
    measured = Measured(norms=norms.by_layer, windows=1, hessian=one_token, gradients=lambda _: {})
    operator(PruneSettings(metric=metric), measured).prune(network, {idle: 0.5})
    half = dense.shape[1] // 2
    expected = dense.scatter(1, dense.abs().argsort(dim=1)[:, :half], 0.0)
    assert torch.equal(network.weight(idle), expected)


@pytest.mark.parametrize(
    ("allocation", "message"),
    [
        ({"no.such.layer": 0.5}, "no prunable layer"),
        ({"model.layers.0.mlp.up_proj": 1.0}, "below 1"),
    ],
)
def test_what_cannot_be_allocated_is_refused(
    llama: PreTrainedModel, prepared: Open, allocation: dict[str, float], message: str
) -> None:
    network = discover(llama)
    with pytest.raises(ValueError, match=message):
        prepared(network, PruneSettings()).prune(network, allocation)


def test_norms_that_overflowed_are_refused_by_name(llama: PreTrainedModel) -> None:
    network = discover(llama)
    name = network.layers[0].name
    measured = Measured(
        norms={name: torch.full((16,), torch.inf)}, windows=1, hessian=torch.ones(1, 2),
        gradients=lambda _: {},
    )  # fmt: skip
    with pytest.raises(ValueError, match=f"{name}: an input feature's norm"):
        operator(PruneSettings(), measured).prune(network, {name: 0.5})


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"pattern": "4:2"}, "pattern"),
        ({"pattern": "half"}, "pattern"),
        ({"damping": 0.0}, "damping"),
        ({"gradient_weight": -1.0}, "gradient_weight"),
        ({"block_columns": 0}, "block_columns"),
        ({"block_columns": 6, "pattern": "2:4"}, "block_columns"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, object], field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field} must"):
        PruneSettings(**settings)
