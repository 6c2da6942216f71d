"""The divergence from the network as it was: zero at first, the same from any unchanged prefix."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from weightprune.divergence import Divergence
from weightprune.network import Network


@pytest.fixture
def windows() -> Tensor:
    return torch.randint(0, 19, (6, 9), generator=torch.Generator().manual_seed(1))


def halve(network: Network, block: int) -> None:
    for layer in network.layers:
        if layer.block == block:
            network.weight(layer.name)[::2] = 0


def test_nothing_has_moved_at_first(network: Network, windows: Tensor) -> None:
    assert Divergence(network, windows).measure() == pytest.approx(0, abs=1e-6)


@torch.no_grad()
def test_it_is_the_mean_kl_of_every_token(network: Network, windows: Tensor) -> None:
    before = torch.log_softmax(network.model(input_ids=windows[:, :-1]).logits, -1)
    divergence = Divergence(network, windows)
    halve(network, 1)
    now = torch.log_softmax(network.model(input_ids=windows[:, :-1]).logits, -1)
    expected = (
        functional.kl_div(now, before, log_target=True, reduction="sum") / before[..., 0].numel()
    )
    assert divergence.measure() == pytest.approx(float(expected), rel=1e-4)


@pytest.mark.parametrize("block", [0, 1, 2])
def test_from_a_block_on_it_is_the_same(network: Network, windows: Tensor, block: int) -> None:
    divergence = Divergence(network, windows)
    divergence.keep([0, 3, 5])
    halve(network, block)
    assert divergence.measure_from(block) == pytest.approx(divergence.measure([0, 3, 5]), rel=1e-5)
    assert divergence.measure() > 0


def test_work_is_counted_by_windows_and_blocks(network: Network, windows: Tensor) -> None:
    divergence = Divergence(network, windows)
    assert divergence.evaluations == pytest.approx(1)
    divergence.keep([0, 1, 2])
    assert divergence.evaluations == pytest.approx(1.5)
    divergence.measure_from(1)
    assert divergence.evaluations == pytest.approx(1.5 + 0.5 * 2 / 3)


def test_its_slope_is_what_a_small_change_of_a_weight_makes(
    network: Network, windows: Tensor
) -> None:
    divergence = Divergence(network, windows)
    halve(network, 1)
    slopes: dict[str, Tensor] = {}

    def add(name: str, gradient: Tensor) -> None:
        slopes[name] = slopes.get(name, torch.zeros(())) + gradient.clone()

    divergence.backward(range(len(windows)), add)
    for layer in network.layers[::5]:
        weight, step = network.weight(layer.name), 1e-2
        at = divmod(int(slopes[layer.name].abs().argmax()), weight.shape[1])
        weight[at] += step
        above = divergence.measure()
        weight[at] -= 2 * step
        below = divergence.measure()
        weight[at] += step
        assert (above - below) / (2 * step) == pytest.approx(
            float(slopes[layer.name][at]), rel=0.05
        )
