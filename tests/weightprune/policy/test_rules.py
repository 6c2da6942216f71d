"""The rules: towards the goals, as much a round as the model bears, and an end."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest

from weightprune.decision import check, fitted
from weightprune.policy.rules import FIRST_GAIN, WORSE_A_ROUND, RulesPolicy
from weightprune.types import Choice, Decision, Feedback, Layer, LayerProfile, Situation


def situation(
    goals: Mapping[str, float | None],
    *,
    sparsity: float = 0.0,
    target: float = 0.5,
    feedback: Feedback | None = None,
    perplexity: float = 10.0,
) -> Situation:
    profiles = tuple(
        LayerProfile(
            layer=Layer(name=name, block=0, kind="a", shape=(10, 100)),
            z_s=0.0,
            z_g=0.0,
            sparsity=sparsity,
            goal=goal,
        )
        for name, goal in goals.items()
    )
    return Situation(
        number=2,
        sparsity=sparsity,
        target=target,
        perplexity=perplexity,
        dense_perplexity=9.0,
        profiles=profiles,
        feedback=feedback,
    )


def told(change: float, *, rolled_back: bool = False, gain: float = 0.04) -> Feedback:
    choices = tuple(Choice(layer_name=name, additional_sparsity=gain) for name in "ab")
    return Feedback(
        decision=Decision(reasoning="", choices=choices),
        sparsity_gain=gain,
        perplexity_change=change,
        verdict="",
        rolled_back=rolled_back,
    )


def steps(decision: Decision) -> dict[str, float]:
    return {choice.layer_name: choice.additional_sparsity for choice in decision.choices}


def test_steps_go_by_the_way_to_the_goal_and_add_up_to_the_rounds_gain() -> None:
    decided = steps(RulesPolicy().decide(situation({"a": 0.55, "b": 0.5}, sparsity=0.4)))
    assert decided["a"] == pytest.approx(1.5 * decided["b"])
    assert sum(decided.values()) / 2 == pytest.approx(0.1)


def test_a_layer_at_its_goal_is_left_alone() -> None:
    goals = {"a": 0.8, "b": 0.7, "c": 0.2, "d": 0.1}
    assert set(steps(RulesPolicy().decide(situation(goals, sparsity=0.2)))) == {"a", "b"}


def test_the_last_round_ends_on_the_goals() -> None:
    goals = {"a": 0.52, "b": 0.48}
    decided = steps(RulesPolicy().decide(situation(goals, sparsity=0.46)))
    assert decided == {"a": pytest.approx(0.06), "b": pytest.approx(0.02)}


def test_layers_without_goals_go_alike() -> None:
    decided = steps(RulesPolicy().decide(situation({"a": None, "b": None})))
    assert decided == {"a": pytest.approx(FIRST_GAIN), "b": pytest.approx(FIRST_GAIN)}


def test_where_all_goals_are_reached_and_the_target_is_not_all_go_on_alike() -> None:
    decided = steps(RulesPolicy().decide(situation({"a": 0.1, "b": 0.2}, sparsity=0.3)))
    assert decided["a"] == pytest.approx(decided["b"])


def test_half_of_what_was_rolled_back() -> None:
    situated = situation({"a": 1.0, "b": 1.0}, feedback=told(0.3, rolled_back=True))
    assert sum(steps(RulesPolicy().decide(situated)).values()) / 2 == pytest.approx(0.02)


def test_as_much_as_costs_what_a_round_may_cost_by_the_power_that_the_last_two_lie_on() -> None:
    # the loss grows with the square of the sparsity, 4 of it: 0.16 at 0.2 and 0.36 at 0.3
    feedback = told(math.exp(0.36 - 0.16) - 1, gain=0.1)
    situated = situation(
        {"a": 0.5, "b": 0.5}, sparsity=0.3, perplexity=9 * math.exp(0.36), feedback=feedback
    )
    gain = sum(steps(RulesPolicy().decide(situated)).values()) / 2
    assert 4 * (0.3 + gain) ** 2 == pytest.approx(0.36 + math.log1p(WORSE_A_ROUND), rel=1e-3)


def test_as_much_as_in_the_first_round_while_nothing_hurts() -> None:
    situated = situation({"a": 0.5, "b": 0.5}, sparsity=0.1, perplexity=9.0, feedback=told(0.0))
    assert sum(steps(RulesPolicy().decide(situated)).values()) / 2 == pytest.approx(FIRST_GAIN)


def test_every_choice_is_one_that_the_loop_accepts() -> None:
    goals = {f"layer{number}": 0.9 + 0.002 * number for number in range(30)}
    situated = situation(goals, sparsity=0.9, target=0.94)
    decided = RulesPolicy().decide(situated)
    checked = check(decided.choices, situated)
    assert checked.rejected == ()
    assert max(fitted(checked.accepted, situated).values()) <= 0.99


def test_it_stops_at_the_target() -> None:
    assert RulesPolicy().decide(situation({"a": 1.0}, sparsity=0.5)).stop_pruning


def test_it_stops_where_no_layer_has_room() -> None:
    full = situation({"a": 1.0}, sparsity=0.985, target=0.99)
    assert RulesPolicy().decide(full).stop_pruning


def test_the_same_situation_gives_the_same_decision() -> None:
    situated = situation({"a": 1.0, "b": 3.0}, feedback=told(0.05))
    policy = RulesPolicy()
    policy.decide(replace(situated, feedback=told(0.3, rolled_back=True)))
    assert policy.decide(situated) == RulesPolicy().decide(situated)
