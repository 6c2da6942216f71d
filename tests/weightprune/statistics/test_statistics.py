"""Input norms and gradients against the whole model run at once."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
import torch
from torch import Tensor, nn
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedModel

from weightprune.backward import FEW_NUMBERS, kept_numbers
from weightprune.blockwise import Blockwise
from weightprune.model.discover import discover
from weightprune.moments import SecondMoments
from weightprune.network import Network
from weightprune.statistics import gradient_means, gradient_norms, input_norms


def names(network: Network) -> list[str]:
    return [layer.name for layer in network.layers]


@torch.no_grad()
def all_inputs(network: Network, windows: Tensor) -> dict[str, Tensor]:
    """Everything that enters each layer when the whole model runs, (tokens, d_in)."""
    seen: dict[str, list[Tensor]] = {name: [] for name in names(network)}
    with ExitStack() as stack:
        for name in seen:
            note = seen[name].append
            hook = network.module(name).register_forward_pre_hook(
                lambda _, given, note=note: note(given[0].reshape(-1, given[0].shape[-1]))
            )
            stack.callback(hook.remove)
        network.model(input_ids=windows[:, :-1])
    return {name: torch.cat(parts) for name, parts in seen.items() if parts}


def test_input_norms_are_those_of_all_tokens(any_model: PreTrainedModel, windows: Tensor) -> None:
    network = discover(any_model)
    inputs = all_inputs(network, windows)
    norms = input_norms(network, windows)
    assert norms.windows == 6
    for name in names(network):
        expected = inputs[name].double().norm(dim=0)
        torch.testing.assert_close(norms.by_layer[name], expected, rtol=1e-5, atol=1e-6)


def test_an_expert_without_tokens_has_norms_of_zero(
    experts: PreTrainedModel, windows: Tensor
) -> None:
    network = discover(experts)
    inputs = all_inputs(network, windows[:1, :2])
    norms = input_norms(network, windows[:1, :2])
    idle = [name for name in names(network) if name not in inputs]
    assert idle, "one token, two of four experts"
    for name in idle:
        assert norms.by_layer[name].abs().sum() == 0


def test_second_moments_are_products_of_all_inputs(
    any_model: PreTrainedModel, windows: Tensor
) -> None:
    network = discover(any_model)
    inputs = all_inputs(network, windows)
    run = Blockwise(network, windows)
    for block in range(len(network.blocks)):
        moments = SecondMoments()
        run.advance(moments)
        for name in (layer.name for layer in network.layers if layer.block == block):
            found = moments.matrix(name)
            assert found is not None
            expected = inputs[name].double().T @ inputs[name].double()
            torch.testing.assert_close(found.double(), expected, rtol=1e-4, atol=1e-4)


def test_projections_with_one_input_share_one_matrix(
    llama: PreTrainedModel, windows: Tensor
) -> None:
    moments = SecondMoments()
    Blockwise(discover(llama), windows).watch(moments)
    attention = "model.layers.0.self_attn."
    assert moments.matrix(f"{attention}q_proj") is moments.matrix(f"{attention}v_proj")
    assert moments.matrix(f"{attention}q_proj") is not moments.matrix(f"{attention}o_proj")


def test_the_next_block_sees_what_pruned_blocks_give(
    llama: PreTrainedModel, windows: Tensor
) -> None:
    network = discover(llama)
    run = Blockwise(network, windows)
    network.weight("model.layers.0.mlp.down_proj").zero_()
    run.advance()
    moments = SecondMoments()
    run.watch(moments, ["model.layers.1.self_attn.q_proj"])
    inputs = all_inputs(network, windows)["model.layers.1.self_attn.q_proj"]
    found = moments.matrix("model.layers.1.self_attn.q_proj")
    torch.testing.assert_close(found, inputs.T @ inputs, rtol=1e-4, atol=1e-4)


def plain_gradients(network: Network, windows: Tensor) -> dict[str, list[Tensor]]:
    """Each layer's gradient for each window, from whole backward passes."""
    found: dict[str, list[Tensor]] = {name: [] for name in names(network)}
    network.model.requires_grad_(True)
    for window in windows:
        network.model.zero_grad()
        logits = network.model(input_ids=window[None, :-1]).logits[0]
        nn.functional.cross_entropy(logits, window[1:]).backward()
        for name in found:
            grad = network.module(name).weight.grad
            grad = torch.zeros_like(network.module(name).weight) if grad is None else grad
            # GPT-2's Conv1D stores (d_in, d_out), which in square layers no shape tells
            is_linear = isinstance(network.module(name), nn.Linear)
            found[name].append(grad.clone() if is_linear else grad.T.clone())
    network.model.zero_grad()
    return found


def test_streamed_gradients_are_those_of_whole_passes(
    any_model: PreTrainedModel, windows: Tensor
) -> None:
    network = discover(any_model)
    plain = plain_gradients(network, windows)
    means = gradient_means(network, windows)
    norms = gradient_norms(network, windows, names(network))
    for name, gradients in plain.items():
        stacked = torch.stack(gradients)
        assert means[name] == pytest.approx(float(stacked.abs().mean()), rel=1e-5)
        torch.testing.assert_close(norms[name], stacked.norm(dim=0), rtol=1e-4, atol=1e-7)


def test_large_models_compute_activations_again_and_get_the_same_gradients() -> None:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=17, hidden_size=256, intermediate_size=1024, num_hidden_layers=3,
        num_attention_heads=2,
    )  # fmt: skip
    network = discover(LlamaForCausalLM(config))
    windows = torch.randint(0, 17, (1, 1101))
    assert kept_numbers(network, 1100) > FEW_NUMBERS
    means = gradient_means(network, windows)
    for name, gradients in plain_gradients(network, windows).items():
        assert means[name] == pytest.approx(float(gradients[0].abs().mean()), rel=1e-5)


def test_no_gradient_outlives_its_hook(llama: PreTrainedModel, windows: Tensor) -> None:
    network = discover(llama)
    llama.model.norm.weight.requires_grad_(False)
    gradient_means(network, windows)
    assert all(parameter.grad is None for parameter in llama.parameters())
    assert llama.lm_head.weight.requires_grad
    assert not llama.model.norm.weight.requires_grad
