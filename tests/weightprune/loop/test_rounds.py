"""Rounds on a small random model: kept, rolled back, ended, and taken up again from the disk."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from weightprune.clock import Clock
from weightprune.loop.history import JournalError
from weightprune.loop.journal import Journal
from weightprune.loop.rounds import Ending, Parts, Rounds
from weightprune.loop.settings import LoopSettings
from weightprune.model.discover import discover
from weightprune.network import Network, overall, zeros
from weightprune.types import Allocation, Choice, Decision, LayerProfile, Situation


def small_network() -> Network:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=32, hidden_size=16, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=32,
    )  # fmt: skip
    return discover(LlamaForCausalLM(config).eval())


class SmallestFirst:
    """Zeros the smallest weights of a layer."""

    def prune(self, network: Network, allocation: Allocation) -> None:
        for name, sparsity in allocation.items():
            weight = network.weight(name)
            count = round(sparsity * weight.numel())
            order = weight.abs().flatten().argsort()
            weight.view(-1)[order[:count]] = 0


class Plain:
    """Profiles without figures; remembers which layers it was told of."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.told: list[str] = []
        self.fresh: dict[str, Tensor] = {"start": torch.ones(1)}

    def read(self, number: int, clock: Clock) -> tuple[LayerProfile, ...]:
        return tuple(
            LayerProfile(layer=layer, z_s=0.0, z_g=0.0, sparsity=now)
            for layer in self.network.layers
            for now in [zeros(self.network.weight(layer.name))]
        )

    def pruned(self, names: Iterable[str]) -> None:
        self.told += names

    def memory(self) -> dict[str, Tensor]:
        fresh, self.fresh = self.fresh, {}
        return fresh

    def recall(self, names: Iterable[str], memory: Mapping[str, Tensor]) -> None:
        self.told += [*memory, *names]
        self.fresh = {} if memory else self.fresh


class Script:
    """Decides what a function says, and keeps what it was told."""

    def __init__(self, decide: Callable[[Situation], Decision]) -> None:
        self._decide = decide
        self.told: list[Situation] = []

    def decide(self, situation: Situation) -> Decision:
        self.told.append(situation)
        return self._decide(situation)


def everywhere(situation: Situation) -> Decision:
    """A tenth of every layer."""
    return Decision(
        reasoning="everywhere",
        choices=tuple(
            Choice(layer_name=profile.layer.name, additional_sparsity=0.1)
            for profile in situation.profiles
        ),
    )


def rounds(
    folder: Path,
    decide: Callable[[Situation], Decision] = everywhere,
    perplexities: Sequence[float] = (),
    target: float = 0.5,
    network: Network | None = None,
    **settings: float,
) -> tuple[Rounds, Script, Network]:
    """`perplexities`: what is measured, in order, the last one for ever."""
    network = network or small_network()
    left = list(perplexities) or [10.0]
    script = Script(decide)
    parts = Parts(
        profiling=Plain(network),
        policy=script,
        operator=SmallestFirst(),
        perplexity=lambda: left.pop(0) if len(left) > 1 else left[0],
    )
    journal = Journal(folder)
    journal.resume(network, parts.profiling.recall)  # type: ignore[attr-defined]
    made = Rounds(
        network,
        parts,
        target=target,
        settings=LoopSettings(**settings),  # type: ignore[arg-type]
        journal=journal,
    )
    return made, script, network


def weights(network: Network) -> dict[str, Tensor]:
    return {layer.name: network.weight(layer.name).clone() for layer in network.layers}


def test_rounds_go_on_until_the_target_which_is_not_overshot(tmp_path: Path) -> None:
    made, script, network = rounds(tmp_path, target=0.33)
    done = list(made)
    assert made.ending is Ending.target
    assert [one.number for one in done] == [1, 2, 3, 4]
    assert made.sparsity == pytest.approx(0.33, abs=0.003)
    assert all(
        zeros(weight) == pytest.approx(0.33, abs=0.01) for weight in weights(network).values()
    )
    assert script.told[0].feedback is None
    feedback = script.told[1].feedback
    assert feedback is not None
    assert feedback.sparsity_gain == pytest.approx(0.1, abs=0.005)
    assert feedback.verdict.startswith("Excellent")


def test_the_dense_perplexity_counts_among_the_first_rounds_evaluations(tmp_path: Path) -> None:
    network = small_network()

    def perplexity() -> float:
        if not overall(network.sparsity(), network.layers):
            time.sleep(0.1)
        return 10.0

    parts = Parts(
        profiling=Plain(network),
        policy=Script(everywhere),
        operator=SmallestFirst(),
        perplexity=perplexity,
    )
    made = Rounds(network, parts, target=0.2, settings=LoopSettings(), journal=Journal(tmp_path))
    assert next(iter(made)).seconds["evaluate"] > 0.1


@pytest.mark.parametrize("worse", [11.51, math.inf, math.nan])
def test_a_round_that_costs_too_much_leaves_every_bit_as_it_was(
    tmp_path: Path, worse: float
) -> None:
    made, script, network = rounds(tmp_path, perplexities=[10.0, worse, 10.0], target=0.2)
    before = weights(network)
    first = next(iter(made))
    assert first.rolled_back
    assert first.sparsity_after == pytest.approx(0.1, abs=0.005)
    assert made.sparsity == 0.0
    assert made.perplexity == 10.0
    assert all(torch.equal(before[name], after) for name, after in weights(network).items())
    list(made)
    feedback = script.told[1].feedback
    assert feedback is not None
    assert feedback.rolled_back
    assert feedback.verdict.startswith("Poor: perplexity")
    assert made.ending is Ending.target


def test_a_rise_of_exactly_the_threshold_is_kept(tmp_path: Path) -> None:
    made, _, _ = rounds(tmp_path, perplexities=[10.0, 11.5], target=0.1)
    assert [one.rolled_back for one in made] == [False]


def test_only_the_touched_layers_are_copied_and_restored(tmp_path: Path) -> None:
    def first_layer(situation: Situation) -> Decision:
        return Decision(reasoning="one", choices=everywhere(situation).choices[:1])

    made, _, network = rounds(tmp_path, first_layer, perplexities=[10.0, 99.0])
    next(iter(made))
    assert made.checkpoint_bytes == network.layers[0].weights * 4


def test_patience_ends_the_loop_after_rollbacks_in_a_row(tmp_path: Path) -> None:
    made, _, _ = rounds(tmp_path, perplexities=[10.0, 10.0, 99.0, 99.0, 99.0], patience=3)
    done = list(made)
    assert [one.rolled_back for one in done] == [False, True, True, True]
    assert made.ending is Ending.patience
    assert made.sparsity == pytest.approx(0.1, abs=0.005)


def test_an_agent_that_says_nothing_usable_ends_with_what_was_reached(tmp_path: Path) -> None:
    def nonsense(situation: Situation) -> Decision:
        if situation.number == 1:
            return everywhere(situation)
        bad = Choice(layer_name="the best layer", additional_sparsity=0.1)
        return Decision(reasoning="?", choices=(bad,) if situation.number % 2 else ())

    made, script, _ = rounds(tmp_path, nonsense, patience=10)
    done = list(made)
    assert made.ending is Ending.patience
    assert len(done) == 11
    assert made.sparsity == pytest.approx(0.1, abs=0.005)
    assert done[2].rejected == ("the best layer: there is no such layer",)
    feedback = script.told[3].feedback
    assert feedback is not None
    assert feedback.rejected == done[2].rejected
    assert "Nothing was pruned" in feedback.verdict


def test_an_agent_that_stops_is_obeyed_and_its_choices_are_left(tmp_path: Path) -> None:
    def stop(situation: Situation) -> Decision:
        choices = everywhere(situation).choices
        return Decision(reasoning="enough", choices=choices, stop_pruning=situation.number > 1)

    made, _, _ = rounds(tmp_path, stop)
    assert len(list(made)) == 2
    assert made.ending is Ending.agent
    assert made.sparsity == pytest.approx(0.1, abs=0.005)


def test_an_agent_that_never_gets_anywhere_ends_with_the_last_round(tmp_path: Path) -> None:
    def crumbs(situation: Situation) -> Decision:
        one = Choice(layer_name=situation.profiles[0].layer.name, additional_sparsity=0.01)
        return Decision(reasoning="a little", choices=(one,))

    made, _, _ = rounds(tmp_path, crumbs, rounds=7)
    assert len(list(made)) == 7
    assert made.ending is Ending.rounds


def test_a_second_life_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    whole, _, undisturbed = rounds(tmp_path / "whole", target=0.43, perplexities=[10, 10, 99, 10])
    list(whole)
    first, _, _ = rounds(tmp_path / "cut", target=0.43, perplexities=[10, 10, 99, 10])
    iterator = iter(first)
    for _ in range(3):
        next(iterator)
    second, script, network = rounds(tmp_path / "cut", target=0.43, perplexities=[10])
    assert second.perplexity == 10
    assert len(list(second)) == len(whole.history) - 3
    assert script.told[0].number == 4
    assert second.ending is Ending.target
    same = weights(network)
    assert all(torch.equal(same[name], weight) for name, weight in weights(undisturbed).items())
    names = sorted(path.name for path in (tmp_path / "whole" / "rounds").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "cut" / "rounds").iterdir())
    for name in names:
        one, other = (tmp_path / part / "rounds" / name for part in ("whole", "cut"))
        assert one.read_bytes() == other.read_bytes()


def test_a_run_that_is_over_stays_as_it_is(tmp_path: Path) -> None:
    list(rounds(tmp_path, target=0.2)[0])
    again, script, _ = rounds(tmp_path, target=0.2)
    assert again.ending is Ending.target
    assert list(again) == []
    assert script.told == []
    assert again.sparsity == pytest.approx(0.2, abs=0.003)


def test_a_line_that_a_kill_cut_off_is_forgotten(tmp_path: Path) -> None:
    made, _, _ = rounds(tmp_path, perplexities=[10.0, math.inf, 10.0], target=0.2)
    list(made)
    path = tmp_path / "history.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    second, _, _ = rounds(tmp_path, target=0.2)
    assert len(second.history) == len(made.history) - 1
    assert second.history[0].perplexity_after == math.inf
    list(second)
    assert len(path.read_bytes().splitlines()) == len(made.history)
    assert all(json.loads(line) for line in path.read_text().splitlines())


def test_masks_without_their_line_are_replaced(tmp_path: Path) -> None:
    made, _, _ = rounds(tmp_path, target=0.2)
    next(iter(made))
    (tmp_path / "rounds" / "0002.safetensors").write_bytes(b"half")
    second, _, _ = rounds(tmp_path, target=0.2)
    assert len(list(second)) == 1


def test_a_history_that_is_none_is_refused(tmp_path: Path) -> None:
    list(rounds(tmp_path, target=0.3)[0])
    path = tmp_path / "history.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(lines[0] + lines[2])
    with pytest.raises(JournalError, match="line 2: round 3 stands where round 2 belongs"):
        rounds(tmp_path, target=0.3)
    path.write_text("{}\n")
    with pytest.raises(JournalError, match="line 1: this is no round"):
        rounds(tmp_path, target=0.3)


def test_profiling_is_told_what_was_pruned_and_reminded_of_it(tmp_path: Path) -> None:
    made, _, network = rounds(tmp_path, perplexities=[10.0, 99.0, 10.0], target=0.1)
    list(made)
    plain = made._parts.profiling
    assert isinstance(plain, Plain)
    assert sorted(plain.told) == sorted(layer.name for layer in network.layers)
    reminded: list[list[str]] = []
    Journal(tmp_path).resume(
        small_network(), lambda names, memory: reminded.append([*names, *memory])
    )
    assert reminded[0] == ["start"]
    assert sorted(reminded[3]) == sorted(plain.told)


@pytest.mark.parametrize(
    ("settings", "named"),
    [({"threshold": 0.0}, "threshold"), ({"rounds": 0}, "rounds"), ({"patience": 0}, "patience")],
)
def test_settings_that_could_not_end_are_refused(settings: dict[str, float], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        LoopSettings(**settings)  # type: ignore[arg-type]
