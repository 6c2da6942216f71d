"""Curvatures: squared gradients token by token, and the model as it was."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from weightprune.network import Network
from weightprune.prune.second_order import SecondOrder
from weightprune.statistics.curvature import weight_curvatures


def last(network: Network) -> str:
    return network.layers[-1].name


def test_a_token_that_only_feels_itself_gives_its_squared_gradient(network: Network) -> None:
    # behind the last attention a token's output depends on no other token's
    windows = torch.randint(0, 13, (2, 6), generator=torch.Generator().manual_seed(1))
    weight = network.module(last(network)).weight
    assert isinstance(weight, Tensor)
    expected = torch.zeros_like(weight)
    logits = network.model(input_ids=windows[:, :-1]).logits.flatten(0, 1)
    losses = functional.cross_entropy(logits, windows[:, 1:].flatten(), reduction="none")
    for loss in losses:
        expected += torch.autograd.grad(loss, weight, retain_graph=True)[0].square()
    found = weight_curvatures(network, windows)[last(network)]
    assert torch.allclose(found, expected / len(losses), rtol=1e-3, atol=1e-9)


def test_it_leaves_no_gradients_and_no_hooks(network: Network) -> None:
    windows = torch.randint(0, 13, (2, 6), generator=torch.Generator().manual_seed(1))
    once = weight_curvatures(network, windows)
    assert all(one.grad is None and one.requires_grad for one in network.model.parameters())
    again = weight_curvatures(network, windows)
    assert all(torch.equal(once[name], again[name]) for name in once)
    assert all(not network.module(name)._forward_hooks for name in once)


def test_a_weight_is_worth_half_its_square_times_the_curvature() -> None:
    score = SecondOrder({"a": torch.tensor([[2.0, 4.0]])})
    assert score("a", torch.tensor([[3.0, -1.0]])).tolist() == [[9.0, 2.0]]
