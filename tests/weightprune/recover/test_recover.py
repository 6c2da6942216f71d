"""Recovery lowers the perplexity, keeps every zero, and merges what was trained."""

from __future__ import annotations

import copy
import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from transformers import GPT2Config, GPT2LMHeadModel, Qwen3Config, Qwen3ForCausalLM

from weightprune.calibration import Calibration
from weightprune.model.discover import discover
from weightprune.network import Network
from weightprune.perplexity import token_perplexity
from weightprune.recover.adapter import adapted
from weightprune.recover.recover import Recovery, recover
from weightprune.recover.settings import RecoverySettings
from weightprune.recover.windows import windows_to_learn

QUICK = RecoverySettings(rank=4, steps=30, batch=4, learning_rate=1e-2, check_every=10)


def qwen3() -> Network:
    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=32, hidden_size=16, num_hidden_layers=2, intermediate_size=32,
        num_attention_heads=2, num_key_value_heads=1, head_dim=8,
    )  # fmt: skip
    return halved(discover(Qwen3ForCausalLM(config).eval()))


def gpt2() -> Network:
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=32, n_embd=16, n_layer=2, n_head=2, n_positions=32,
        bos_token_id=None, eos_token_id=None,
    )  # fmt: skip
    return halved(discover(GPT2LMHeadModel(config).eval()))


def halved(network: Network) -> Network:
    """Every second weight of every layer is zero."""
    for layer in network.layers:
        weight = network.weight(layer.name)
        weight[(torch.arange(weight.numel()).view(weight.shape) % 2) == 0] = 0
    return network


def counting() -> Tensor:
    """Windows in which each token follows the one before it, modulo 32."""
    return (torch.arange(12)[:, None] * 5 + torch.arange(9)) % 32


def told(network: Network, settings: RecoverySettings = QUICK) -> Recovery:
    windows = counting()
    return recover(
        network,
        windows[:8],
        lambda: token_perplexity(network.model, windows[8:]),
        settings,
        seed=0,
        look=lambda step, perplexity: None,
    )


@pytest.mark.parametrize("make", [qwen3, gpt2])
def test_it_helps_and_every_zero_stays(make: object) -> None:
    network: Network = make()  # type: ignore[operator]
    masks = {it.name: (network.weight(it.name) == 0).clone() for it in network.layers}
    others = {
        name: value.clone()
        for name, value in network.model.state_dict().items()
        if "embed" in name or "norm" in name or "wte" in name
    }
    names = list(network.model.state_dict())
    done = told(network)
    assert done.after < 0.95 * done.before
    assert done.step > 0
    for name, mask in masks.items():
        weight = network.weight(name)
        assert torch.equal(weight == 0, mask)
        assert not torch.signbit(weight[mask]).any()
    assert sorted(network.model.state_dict()) == sorted(names)
    assert all(torch.equal(network.model.state_dict()[name], it) for name, it in others.items())
    assert all(parameter.requires_grad for parameter in network.model.parameters())


def test_the_merged_network_says_what_the_trained_one_said() -> None:
    network, ids = qwen3(), torch.arange(9)[None]
    with adapted(network, rank=4, alpha=8) as parameters:
        with torch.no_grad():
            for parameter in parameters:
                parameter.normal_()
        trained = network.model(input_ids=ids).logits.detach()
    assert torch.equal(network.model(input_ids=ids).logits, trained)


def test_an_adapter_changes_nothing_at_first_and_nothing_after_an_error() -> None:
    network, ids = qwen3(), torch.arange(9)[None]
    before, weights = network.model(input_ids=ids).logits, copy.deepcopy(network.model.state_dict())

    def break_off() -> None:
        with adapted(network, 4, 8) as parameters:
            assert torch.equal(network.model(input_ids=ids).logits, before)
            with torch.no_grad():
                parameters[0].fill_(1.0)
                parameters[1].fill_(1.0)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        break_off()
    after = network.model.state_dict()
    assert after.keys() == weights.keys()
    assert all(torch.equal(after[name], weights[name]) for name in weights)


def test_steps_that_only_harm_are_not_kept() -> None:
    network = qwen3()
    weights = copy.deepcopy(network.model.state_dict())
    windows = counting()
    perplexities = iter([10.0, 11.0, 12.0, math.inf])
    done = recover(
        network, windows, lambda: next(perplexities), QUICK, seed=0, look=lambda *_: None
    )
    assert done == Recovery(before=10.0, after=10.0, step=0)
    assert all(torch.equal(network.model.state_dict()[name], weights[name]) for name in weights)


def test_equal_seeds_give_equal_networks_and_leave_chance_alone() -> None:
    torch.manual_seed(5)
    state = torch.get_rng_state()
    first, second = qwen3(), qwen3()
    torch.set_rng_state(state)
    assert told(first) == told(second)
    assert torch.equal(torch.get_rng_state(), state)
    ours, theirs = first.model.state_dict(), second.model.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_settings_that_cannot_work_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^rank must be above 0, not 0"):
        RecoverySettings(rank=0)


def test_windows_that_decide_are_not_learned_from() -> None:
    windows = counting()
    shared = Calibration(
        activation=windows[:4], gradient=windows[:2], search=windows[8:], hessian=windows
    )
    assert torch.equal(windows_to_learn(shared), windows[:8])
    with pytest.raises(ValueError, match="all of the Hessians' are search windows too"):
        windows_to_learn(replace(shared, search=windows))
