"""The hierarchical reward, computed by hand for answers that win none, one, two or three parts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from common.training.types import Prompt
from domprune.experiment.training.pages import Pages
from domprune.experiment.training.roles import (
    QUESTIONS,
    ground_by_second_turn,
    ground_with,
    planner_reader,
    read_unified,
    second_turn,
)
from domprune.render import render
from domprune.roles.filter_rules import RulesFilter
from domprune.roles.grounder_rules import RulesGrounder
from domprune.scoring.settings import ScoringSettings
from domprune.train.answers import first_answer, planner_answer, second_answer
from domprune.train.dialogues import Dialogues
from domprune.train.reward import HierarchicalReward, RewardParts, is_gold
from domprune.types import Action, ActionType, Annotated

RULES = ground_with(RulesGrounder())


def scores(
    step: Annotated, *answers: str, keep: int = 1, alpha: float = 1.0, second: bool = False
) -> list[float]:
    ground = ground_by_second_turn(RULES) if second else RULES
    pages = Pages(ScoringSettings(), keep)
    parts = RewardParts(read=read_unified, prune=pages.prune, ground=ground)
    scored = HierarchicalReward([step], parts, alpha=alpha, beta=1.0).score(step.case.id, answers)
    assert list(scored) == ["format", "filter", "ground"]
    return list(scored.values())


def with_keywords(step: Annotated, **keywords: int) -> str:
    return first_answer(replace(step, program=replace(step.program, keyword_weights=keywords)))


def test_the_annotated_answer_wins_everything(click: Annotated) -> None:
    assert scores(click, first_answer(click)) == [1.0, 1.0, 1.0]


def test_the_filter_really_runs_on_the_page(click: Annotated) -> None:
    assert scores(click, with_keywords(click, home=40)) == [1.0, 0.0, 0.0]
    assert scores(click, with_keywords(click, home=40), keep=5) == [1.0, 1.0, 0.0]


@pytest.mark.parametrize(
    "change",
    [
        ("</plan>", ""),
        ('"challenges": [], ', ""),
        ('"CLICK"', '"HOVER"'),
        ("<think>", "Well, <think>"),
        ('{"basket": 40, "cart": 3}', "{}"),
        ('"value": ""}', '"value": ""'),
        ('"target": {"text": "Basket"}', '"target": "Basket"'),
    ],
)
def test_a_wrong_format_wins_nothing(click: Annotated, change: tuple[str, str]) -> None:
    text = first_answer(click)
    assert change[0] in text
    assert scores(click, text.replace(*change)) == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("text", ["", "<plan>", "[" * 100_000])
def test_nonsense_wins_nothing(click: Annotated, text: str) -> None:
    assert scores(click, text) == [0.0, 0.0, 0.0]
    assert scores(click) == [0.0, 0.0, 0.0]


def test_type_element_and_value_must_all_equal_the_gold(typing: Annotated) -> None:
    text = first_answer(typing)
    assert scores(typing, text) == [1.0, 1.0, 1.0]
    assert scores(typing, text.replace('"TYPE"', '"CLICK"')) == [1.0, 1.0, 0.0]
    assert scores(typing, text.replace('"value": "a@b.org"', '"value": "a@b.com"'))[2] == 0.0
    other = replace(typing.action, element_id=3)
    assert is_gold(typing.action, typing)
    assert is_gold(replace(typing.action, value=" a@b.org\n"), typing)
    assert not is_gold(other, typing)


def test_parts_are_weighted(click: Annotated) -> None:
    assert scores(click, with_keywords(click, home=40), keep=5, alpha=0.5) == [1.0, 0.5, 0.0]


def test_the_second_turn_is_read_where_it_is_sampled(click: Annotated) -> None:
    first = first_answer(click)
    wrong = second_answer(Action(action_type=ActionType.CLICK, element_id=4))
    assert scores(click, first, second_answer(click.action), second=True) == [1.0, 1.0, 1.0]
    assert scores(click, first, wrong, second=True) == [1.0, 1.0, 0.0]
    assert scores(click, first, "<answer>", second=True) == [1.0, 1.0, 0.0]
    assert scores(click, first, second=True) == [1.0, 1.0, 0.0]


def test_a_step_on_no_element_has_nothing_to_prune(done: Annotated, click: Annotated) -> None:
    step = replace(done, program=replace(done.program, keyword_weights={"x": 1}))
    assert scores(step, first_answer(step)) == [1.0, 1.0, 1.0]
    assert scores(step, first_answer(click)) == [1.0, 1.0, 0.0]
    assert scores(step, first_answer(step), second=True) == [1.0, 1.0, 1.0]


def test_the_planner_alone_is_scored_by_its_json(click: Annotated) -> None:
    read = planner_reader(RulesFilter())
    parts = RewardParts(read=read, prune=Pages(ScoringSettings(), 1).prune, ground=RULES)
    scorer = HierarchicalReward([click], parts, alpha=1.0, beta=1.0)
    whole = planner_answer(click.subtask)
    assert sum(scorer.score(click.case.id, [whole]).values()) == 3.0
    partial = json.dumps({"next_steps": "Click Basket", "action_type": "CLICK"})
    assert sum(scorer.score(click.case.id, [partial]).values()) == 0.0


def test_the_dialogue_goes_on_with_what_the_sampled_program_keeps(click: Annotated) -> None:
    pages = Pages(ScoringSettings(), 1)
    dialogues = Dialogues(QUESTIONS, pages.prune, render, pictured=False)
    converse, prompt = second_turn([click], dialogues), Prompt(id=click.case.id, messages=())
    first = with_keywords(click, home=40)
    asked = converse(prompt, [first])
    assert asked is not None
    assert asked.endswith("[0]<a>Home</a>")
    assert converse(prompt, [first, "<answer>"]) is None
    assert converse(prompt, ["<plan>"]) is None
    assert converse(prompt, [first.replace('"CLICK"', '"DONE"')]) is None


def test_equal_programs_run_once_and_pages_are_read_once(click: Annotated) -> None:
    pages = Pages(ScoringSettings(), 2)
    once = pages.prune(click.case, click.program)
    assert pages.prune(click.case, click.program) is once
    assert pages.prune(click.case, replace(click.program, keyword_weights={"cart": 1})) is not once
