"""The roles' own questions and readers, as training is handed them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from common.llm import BadReply, Message
from common.llm.schema import read_value
from common.training.types import Prompt
from domprune.interfaces import Filter, Grounder, InvalidAction
from domprune.roles.filter_llm import filter_messages
from domprune.roles.grounder_llm import grounder_messages
from domprune.roles.planner import PlannerReply, planner_messages
from domprune.roles.tags import TagError, read_tags
from domprune.roles.unified import (
    FIRST_TAGS,
    first_messages,
    read_first_turn,
    read_second_turn,
    second_message,
)
from domprune.train.dialogues import Dialogues, Questions
from domprune.train.reward import Answers, Ground, ReadFirst
from domprune.types import Action, Annotated, Program, Pruned, SubTask

PLAN_KEYS = frozenset(PlannerReply.model_fields)
PICTURE = b""
"""Stands for the screenshot, whose file the row names."""


def _planner(task: str, pictured: bool, history: Sequence[str]) -> Sequence[Message]:
    return planner_messages(task, PICTURE if pictured else None, history)


def _first(task: str, pictured: bool, history: Sequence[str]) -> Sequence[Message]:
    return first_messages(task, PICTURE if pictured else None, history)


QUESTIONS = Questions(
    planner=_planner,
    filter=filter_messages,
    grounder=grounder_messages,
    first=_first,
    second=second_message,
)


def read_unified(text: str) -> tuple[SubTask, Program] | None:
    """The first turn, where it has its three parts and the plan every key that was asked for.

    Stricter than at work, where a plan without, say, its challenges still leads on.
    """
    try:
        _, plan, _ = read_tags(text, FIRST_TAGS)
        return read_first_turn(text) if _is_whole(plan) else None
    except (TagError, BadReply):
        return None


def planner_reader(keyword_filter: Filter) -> ReadFirst:
    """A reader of the planner's JSON, every key that was asked for; the filter does the rest."""

    def read(text: str) -> tuple[SubTask, Program] | None:
        if not _is_whole(text):
            return None
        try:
            subtask = read_value(text, PlannerReply).subtask()
            return subtask, keyword_filter.program(subtask)
        except BadReply:
            return None

    return read


def ground_with(grounder: Grounder) -> Ground:
    """Grounding by a role that is not trained."""

    def ground(subtask: SubTask, kept: Pruned, answers: Answers) -> Action | None:
        try:
            return grounder.ground(subtask, kept)
        except InvalidAction:
            return None

    return ground


def ground_by_second_turn(pages_action: Ground) -> Ground:
    """Grounding by the sampled second turn; `pages_action` where the plan needs no element."""

    def ground(subtask: SubTask, kept: Pruned, answers: Answers) -> Action | None:
        if not subtask.action_type.needs_element:
            return pages_action(subtask, kept, answers)
        try:
            return read_second_turn(answers[1], kept) if len(answers) > 1 else None
        except InvalidAction:
            return None

    return ground


def second_turn(
    steps: Sequence[Annotated], dialogues: Dialogues
) -> Callable[[Prompt, Sequence[str]], str | None]:
    """What the unified model is asked after its first turn: the elements that its program keeps.

    None, which ends the dialogue, after a first turn of wrong form or a page-level plan, and after
    the second turn.
    """
    cases = {step.case.id: step.case for step in steps}

    def converse(prompt: Prompt, answers: Sequence[str]) -> str | None:
        first = read_unified(answers[0]) if len(answers) == 1 else None
        if first is None or not first[0].action_type.needs_element:
            return None
        return second_message(dialogues.lines(cases[prompt.id], first[1])).content

    return converse


def _is_whole(plan: str) -> bool:
    try:
        value = json.loads(plan)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.keys() >= PLAN_KEYS
