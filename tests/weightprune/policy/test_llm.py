"""What the agent reads, and what becomes of good, bad and useless answers."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from common.llm.errors import Refused, ServerFailed
from common.llm.local_model.pattern import schema_pattern
from common.llm.schema import schema_text
from common.llm.scripted import ScriptedLLM
from weightprune.policy.answer import answer_schema
from weightprune.policy.llm import LLMPolicy, request_text
from weightprune.types import Choice, Decision, Feedback, Layer, LayerProfile, Situation


class Counts(Counter[str]):
    def count(self, name: str, by: float = 1.0) -> None:
        self[name] += int(by)


def profile(name: str, z_s: float, goal: float | None, sparsity: float = 0.2) -> LayerProfile:
    layer = Layer(name=name, block=0, kind=name, shape=(10, 20))
    return LayerProfile(layer=layer, z_s=z_s, z_g=0.5, sparsity=sparsity, goal=goal)


def situation(feedback: Feedback | None = None, *, goals: bool = True) -> Situation:
    profiles = (
        profile("up", 1.25, 0.55 if goals else None),
        profile("down", -1.5, 0.4 if goals else None, sparsity=0.4),
    )
    return Situation(
        number=3,
        sparsity=0.3,
        target=0.5,
        perplexity=4.25,
        dense_perplexity=4.0,
        profiles=profiles,
        feedback=feedback,
    )


def answer(*choices: tuple[str, float], stop: bool = False) -> str:
    decisions = [{"layer_name": name, "additional_sparsity": more} for name, more in choices]
    return json.dumps({"reasoning": "so", "stop_pruning": stop, "layer_decisions": decisions})


def test_the_agent_reads_sparsity_perplexity_goals_and_layers_sorted_by_z_s() -> None:
    text = request_text(situation())
    assert "30.00 % now, 50.00 % wanted" in text
    assert "4.25 now, 4 before" in text
    assert "first round" in text
    rows = text.splitlines()[-2:]
    assert rows == [
        "down | 50.00 | 40.0 | -1.50 | +0.50 | 40.0",
        "up | 50.00 | 20.0 | +1.25 | +0.50 | 55.0",
    ]


def test_without_goals_none_is_spoken_of() -> None:
    llm = ScriptedLLM([answer(("up", 0.05))])
    LLMPolicy(llm, Counts()).decide(situation(goals=False))
    assert "goal %:" not in llm.calls[0].messages[0].content
    assert "| goal %" not in llm.calls[0].messages[1].content


def test_the_agent_reads_what_came_of_its_last_round() -> None:
    feedback = Feedback(
        decision=Decision(
            reasoning="because it is cheap",
            choices=(Choice(layer_name="up", additional_sparsity=0.1),),
        ),
        sparsity_gain=0.05,
        perplexity_change=0.2,
        verdict="Poor: taken back.",
        rolled_back=True,
        rejected=("left: there is no such layer",),
    )
    text = request_text(situation(feedback))
    assert "which was rolled back" in text
    assert "because it is cheap" in text
    assert "up +0.1" in text
    assert "+5.00 points. Perplexity: +20.00 %" in text
    assert "Poor: taken back." in text
    assert "Not carried out: left: there is no such layer" in text


def test_a_good_answer_is_the_decision_asked_at_the_papers_temperature() -> None:
    llm, counts = ScriptedLLM([answer(("up", 0.05), ("down", 0.01))]), Counts()
    decision = LLMPolicy(llm, counts).decide(situation())
    assert decision.choices == (
        Choice(layer_name="up", additional_sparsity=0.05),
        Choice(layer_name="down", additional_sparsity=0.01),
    )
    assert not decision.stop_pruning
    assert llm.calls[0].temperature == 0.5
    assert not counts


def test_what_cannot_be_carried_out_is_told_once_and_then_left_to_the_loop() -> None:
    bad = answer(("left", 0.05), ("up", 0.5), ("down", 0.05), ("down", 0.02))
    llm, counts = ScriptedLLM([bad, answer(("up", 0.2), ("down", 0.05))]), Counts()
    decision = LLMPolicy(llm, counts).decide(situation())
    told = llm.calls[1].messages[-1].content
    assert "left: there is no such layer" in told
    assert "up: additional_sparsity must lie in 0.01..0.15, not 0.5" in told
    assert "down: chosen twice" in told
    assert [choice.layer_name for choice in decision.choices] == ["up", "down"]
    assert len(llm.calls) == 2
    assert counts == {"agent/mended": 1}


def test_when_mending_fails_the_first_answer_stands() -> None:
    llm = ScriptedLLM([answer(("left", 0.05), ("up", 0.1)), "what?", "no"])
    counts = Counts()
    decision = LLMPolicy(llm, counts).decide(situation())
    assert [choice.layer_name for choice in decision.choices] == ["left", "up"]
    assert counts == {"agent/mended": 1, "agent/unusable": 1}


@pytest.mark.parametrize("garbage", ["no JSON at all", '{"reasoning": 1}', "[]", '{"a": NaN}'])
def test_garbage_is_asked_for_once_more_and_then_a_round_without_choices(garbage: str) -> None:
    llm, counts = ScriptedLLM([garbage, garbage]), Counts()
    decision = LLMPolicy(llm, counts).decide(situation())
    assert decision.choices == ()
    assert not decision.stop_pruning
    assert "No usable answer" in decision.reasoning
    assert counts == {"agent/unusable": 1}


def test_a_refusal_is_a_round_without_choices_and_an_outage_ends_the_run() -> None:
    refusing = LLMPolicy(ScriptedLLM([Refused("I may not")]), Counts())
    assert refusing.decide(situation()).choices == ()
    with pytest.raises(ServerFailed):
        LLMPolicy(ScriptedLLM([ServerFailed("503")]), Counts()).decide(situation())


def test_the_schema_allows_this_models_layers_and_steps_only_and_can_be_decoded_locally() -> None:
    text = schema_text(answer_schema(["up", "down"]))
    assert '"enum": ["up", "down"]' in text
    pattern = schema_pattern(text)
    assert "0\\.15" in pattern
    assert "0\\.16" not in pattern
