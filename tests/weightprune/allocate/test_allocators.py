"""What holds for every allocator: the target is met, no layer is emptied, the network stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from weightprune.allocate.alphapruning import AlphaPruning, tail_exponent
from weightprune.allocate.greedy import Greedy
from weightprune.allocate.interface import Allocator, settled
from weightprune.allocate.order import Group, Order
from weightprune.allocate.owl import Owl
from weightprune.allocate.plain import Random, Uniform
from weightprune.allocate.staged import StagedProbe
from weightprune.divergence import Divergence
from weightprune.interfaces import Operator
from weightprune.network import Network, overall
from weightprune.places import in_layer, in_rows
from weightprune.probe.costs import probe_costs
from weightprune.probe.settings import ProbeSettings
from weightprune.prune.choose import ByLayer, ByRow, Choose, choice
from weightprune.prune.masks import MaskOperator
from weightprune.prune.scores import magnitude
from weightprune.prune.settings import PruneSettings
from weightprune.types import SPARSEST, Layer

OPERATOR = MaskOperator(magnitude, choice(PruneSettings()))


def ones(network: Network) -> dict[str, Tensor]:
    return {layer.name: torch.ones(layer.shape[1]) for layer in network.layers}


def staged(network: Network, windows: Tensor) -> Allocator:
    divergence = Divergence(network, windows)

    def costs(network: Network, operator: Operator) -> dict[str, float]:
        return dict(probe_costs(network, operator, divergence, ProbeSettings(windows=2)))

    return StagedProbe(scores=lambda _: magnitude, costs=costs, group=in_layer, stage=0.3)


def by_size(network: Network) -> dict[str, float]:
    return {one.name: float(network.weight(one.name).abs().sum()) for one in network.layers}


ALLOCATORS: dict[str, Callable[[Network, Tensor], Allocator]] = {
    "uniform": lambda *_: Uniform(),
    "random": lambda *_: Random(),
    "owl": lambda network, _: Owl(norms=ones(network), multiple=2.0),
    "alphapruning": lambda *_: AlphaPruning(),
    "greedy": lambda *_: Greedy(figures=by_size, operator=OPERATOR),
    "staged": staged,
}


@pytest.mark.parametrize("target", [0.0, 0.5, 0.93])
@pytest.mark.parametrize("name", ALLOCATORS)
def test_the_target_is_met_and_nothing_is_touched(
    network: Network, windows: Tensor, name: str, target: float
) -> None:
    before = {layer.name: network.weight(layer.name).clone() for layer in network.layers}
    shares = ALLOCATORS[name](network, windows).allocate(network, target)
    assert overall(shares, network.layers) == pytest.approx(target, abs=1e-3)
    assert set(shares) == set(before)
    assert min(shares.values()) >= 0
    assert max(shares.values()) <= SPARSEST
    assert all(torch.equal(network.weight(layer), weight) for layer, weight in before.items())


@pytest.mark.parametrize("name", ALLOCATORS)
def test_a_target_beyond_every_layer_is_refused(
    network: Network, windows: Tensor, name: str
) -> None:
    with pytest.raises(ValueError, match=r"^target must lie in 0\.\.0\.95, not 0\.96"):
        ALLOCATORS[name](network, windows).allocate(network, 0.96)


def test_shares_outside_the_limits_give_way_to_the_others() -> None:
    layers = [Layer(name=name, block=0, kind="a", shape=(1, 10)) for name in "abc"]
    shares = settled({"a": -1.0, "b": 0.5, "c": 3.0}, layers, 0.5)
    assert shares == pytest.approx({"a": 0.0, "b": 0.55, "c": 0.95})


def outlying(blocks: int, each: int) -> Network:
    """Blocks of one layer of ten weights, of which the last block alone has `each` outliers."""
    modules = [nn.Linear(10, 1, bias=False) for _ in range(blocks)]
    with torch.no_grad():
        for module in modules:
            module.weight.fill_(0.1)
        modules[-1].weight[0, :each] = 5
    layers = [
        (Layer(name=str(place), block=place, kind="a", shape=(1, 10)), module)
        for place, module in enumerate(modules)
    ]
    return Network(nn.ModuleList(modules), modules, layers)


def test_owl_keeps_the_block_with_outliers_denser_by_twice_lambda() -> None:
    network = outlying(3, 1)
    owl = Owl(norms=ones(network), multiple=5.0, spread=0.15)
    assert owl.allocate(network, 0.5) == pytest.approx({"0": 0.6, "1": 0.6, "2": 0.3})


def test_alphapruning_keeps_the_heavier_tail_denser() -> None:
    generator = torch.Generator().manual_seed(0)
    modules = [nn.Linear(32, 32, bias=False) for _ in range(2)]
    with torch.no_grad():
        modules[0].weight.copy_(torch.randn(32, 32, generator=generator))
        modules[1].weight.copy_(torch.diag(torch.logspace(0, 3, 32)))
    layers = [
        (Layer(name=str(place), block=place, kind="a", shape=(32, 32)), module)
        for place, module in enumerate(modules)
    ]
    network = Network(nn.ModuleList(modules), modules, layers)
    assert tail_exponent(modules[1].weight.detach()) < tail_exponent(modules[0].weight.detach())
    # 1.2 and 0.8 times the target
    assert AlphaPruning().allocate(network, 0.5) == pytest.approx({"0": 0.6, "1": 0.4})


def test_probes_spare_the_layer_that_costs_more(network: Network) -> None:
    costly = network.layers[3].name

    def costs(network: Network, _: Operator) -> dict[str, float]:
        return {one.name: 5.0 if one.name == costly else 1.0 for one in network.layers}

    probes = StagedProbe(scores=lambda _: magnitude, costs=costs, group=in_rows)
    shares = probes.allocate(network, 0.3)
    assert all(shares[costly] < share for name, share in shares.items() if name != costly)


def test_plans_on_one_way_grow_into_each_other(network: Network) -> None:
    def costs(network: Network, _: Operator) -> dict[str, float]:
        return {one.name: float(place + 1) for place, one in enumerate(network.layers)}

    probes = StagedProbe(scores=lambda _: magnitude, costs=costs, group=in_layer)
    first, second = probes.plans(network, [0.3, 0.6])
    for layer in network.layers:
        kept = first.order.mask(layer.name, first.allocation[layer.name])
        later = second.order.mask(layer.name, second.allocation[layer.name])
        assert not (later & ~kept).any()
    assert network.sparsity() == pytest.approx(dict.fromkeys(first.allocation, 0.0))


def test_an_order_removes_the_lowest_scores_and_never_brings_one_back(network: Network) -> None:
    name = network.layers[0].name
    order = Order(network, in_layer)
    order.refresh(network, magnitude)
    dense = network.weight(name).clone()
    order.prune(network, {name: 0.25})
    gone = network.weight(name) == 0
    assert int(gone.sum()) == 16
    assert dense[gone].abs().max() < dense[~gone].abs().min()
    # whatever new scores say
    order.refresh(network, lambda _, weight: 1 / (1 + weight.abs()))
    assert not (order.mask(name, 0.5) & gone).any()


@pytest.mark.parametrize(("group", "choose"), [(in_rows, ByRow()), (in_layer, ByLayer())])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.41, 0.9])
def test_an_order_removes_what_the_operator_would(
    network: Network, group: Group, choose: Choose, share: float
) -> None:
    order = Order(network, group)
    order.refresh(network, magnitude)
    for layer in network.layers:
        scores = magnitude(layer.name, network.weight(layer.name))
        assert torch.equal(~order.mask(layer.name, share), choose(scores, share))


@pytest.mark.parametrize("group", [in_rows, in_layer])
def test_what_is_gone_goes_first_in_every_later_order(network: Network, group: Group) -> None:
    shares = {layer.name: 0.3 for layer in network.layers}
    order = Order(network, group)
    order.refresh(network, magnitude)
    order.prune(network, shares)
    gone = {name: network.weight(name) == 0 for name in shares}
    order.refresh(network, lambda _, weight: 1 / (1 + weight.abs()))
    assert all(torch.equal(~order.mask(name, 0.3), gone[name]) for name in shares)
