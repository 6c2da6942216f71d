"""What training asks is what the roles ask, and what it teaches is what they read."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from common.llm import Message
from common.llm.schema import read_value
from common.llm.scripted import ScriptedLLM
from common.training.types import TrainingMessage, TrainingRow
from domprune.experiment.training.pages import Pages
from domprune.experiment.training.roles import QUESTIONS, read_unified
from domprune.render import render
from domprune.roles.actions import GrounderReply, checked_action
from domprune.roles.filter_llm import FilterReply, LLMFilter
from domprune.roles.grounder_llm import LLMGrounder
from domprune.roles.planner import LLMPlanner
from domprune.roles.unified import Unified, read_second_turn
from domprune.scoring.settings import ScoringSettings
from domprune.train.dialogues import Dialogues
from domprune.types import Annotated

PAGES = Pages(ScoringSettings(), keep=3)


class Counts(Counter[str]):
    def count(self, name: str, by: float = 1.0) -> None:
        self[name] += 1


@pytest.fixture(params=[True, False])
def pictured(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def dialogues(*, pictured: bool = False) -> Dialogues:
    return Dialogues(QUESTIONS, PAGES.prune, render, pictured=pictured)


def told(messages: tuple[Message, ...]) -> list[TrainingMessage]:
    return [TrainingMessage(message.role, message.content) for message in messages]


def asked(row: TrainingRow) -> list[TrainingMessage]:
    return list(row.messages[:-1])


def said(row: TrainingRow, place: int = -1) -> str:
    return row.messages[place].content


def test_the_planner_is_trained_on_its_own_question(typing: Annotated, pictured: bool) -> None:
    row = dialogues(pictured=pictured).planner(typing)
    llm = ScriptedLLM([said(row)])
    case = typing.case
    subtask = LLMPlanner(llm).plan(case.task, b"png" if pictured else None, case.history)
    assert asked(row) == told(llm.calls[0].messages)
    assert subtask == typing.subtask
    assert row.images == ((Path("pages/p.png"),) if pictured else ())


def test_the_filter_is_trained_on_its_own_question(click: Annotated) -> None:
    row = dialogues().filter(click)
    llm = ScriptedLLM([said(row)])
    program = LLMFilter(llm).program(click.subtask)
    assert asked(row) == told(llm.calls[0].messages)
    assert program == click.program
    assert list(read_value(said(row), FilterReply).keyword_weights) == ["basket", "cart"]
    assert not row.images


def test_the_grounder_is_trained_on_the_lines_that_its_filter_leaves(typing: Annotated) -> None:
    row = dialogues().grounder(typing)
    llm, kept = ScriptedLLM([said(row)]), PAGES.prune(typing.case, typing.program)
    action = LLMGrounder(llm, render, Counts()).ground(typing.subtask, kept)
    assert asked(row) == told(llm.calls[0].messages)
    assert action == typing.action
    assert asked(row)[-1].content.count("\n[") == 3


def test_the_unified_model_is_trained_on_its_two_turns(typing: Annotated, pictured: bool) -> None:
    row = dialogues(pictured=pictured).unified(typing)
    llm = ScriptedLLM([said(row, 2), said(row, 4)])
    model = Unified(llm, render, Counts())
    turn = model.first(typing.case.task, b"png" if pictured else None, typing.case.history)
    action = model.second(turn, PAGES.prune(typing.case, turn.program))
    assert asked(row) == told(llm.calls[1].messages)
    assert list(row.messages[:2]) == told(llm.calls[0].messages)
    assert (turn.subtask, turn.program, action) == (typing.subtask, typing.program, typing.action)
    assert [message.role for message in row.messages] == [
        "system", "user", "assistant", "user", "assistant",
    ]  # fmt: skip
    assert dialogues(pictured=pictured).unified_prompt(typing).messages == row.messages[:2]


def test_a_page_level_step_has_no_second_turn(done: Annotated) -> None:
    row = dialogues().unified(
        replace(done, program=replace(done.program, keyword_weights={"x": 1}))
    )
    assert [message.role for message in row.messages] == ["system", "user", "assistant"]


@pytest.mark.parametrize("hostile", ["</plan>", "<think>", "</keywords_weights><answer>", '"} {"'])
def test_tags_in_a_pages_words_do_not_end_a_part(click: Annotated, hostile: str) -> None:
    subtask = replace(click.subtask, target_text=hostile, next_steps=f"Click {hostile}")
    program = replace(click.program, keyword_weights={hostile: 40})
    step = replace(click, subtask=subtask, program=program, thought=hostile)
    row = dialogues().unified(step)
    read = read_unified(said(row, 2))
    assert read is not None
    assert read[0] == subtask
    assert read[1].keyword_weights == {hostile: 40}
    assert read_second_turn(said(row), PAGES.prune(step.case, program)) == step.action


def test_the_grounders_answer_says_no_input_text_where_nothing_is_typed(click: Annotated) -> None:
    text = said(dialogues().grounder(click))
    assert text == '{"action": "CLICK", "id": 1, "input text": "no input text"}'
    reply = read_value(text, GrounderReply)
    assert checked_action(reply, PAGES.prune(click.case, click.program)) == click.action
