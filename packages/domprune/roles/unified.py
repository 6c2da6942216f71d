"""All three roles in one dialogue of two turns (Prune4Web, sections 3.4 and D.1).

task, screenshot, history -> (turn 1) sub-task, program; pruned -> (turn 2) action
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import local
from typing import TypeVar

from common.llm import LLM, BadReply, Counters, Message
from common.llm.schema import read_value
from common.template import fill
from domprune.interfaces import InvalidAction, Render
from domprune.roles.actions import GrounderReply, checked_action, page_action
from domprune.roles.filter_llm import KeywordWeights, program_of
from domprune.roles.planner import PlannerReply
from domprune.roles.tags import TagError, read_tags
from domprune.types import Action, Program, Pruned, SubTask

FOLDER = Path(__file__).parent
FIRST_TAGS = ("think", "plan", "keywords_weights")
SECOND_TAGS = ("answer",)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class FirstTurn:
    """What the first turn decided, and the dialogue that the second goes on with."""

    subtask: SubTask
    program: Program
    dialogue: tuple[Message, ...]


class Unified:
    """One model as planner, filter and grounder; each turn may be repaired once."""

    def __init__(self, llm: LLM, render: Render, counters: Counters) -> None:
        """Counts "unified/repairs" in `counters`; `render` writes the elements as lines."""
        self._llm = llm
        self._render = render
        self._counters = counters

    def first(self, task: str, screenshot: bytes | None, history: Sequence[str]) -> FirstTurn:
        """The sub-task and the scoring program; raises `BadReply` when two replies are unusable."""
        opening = first_messages(task, screenshot, history)
        try:
            (subtask, program), dialogue = self._ask(opening, read_first_turn)
        except TagError as error:
            raise BadReply(f"the unified model's first turn: {error}") from error
        return FirstTurn(subtask, program, dialogue)

    def second(self, turn: FirstTurn, pruned: Pruned) -> Action:
        """The action; raises `InvalidAction` with both reasons when two replies are unusable."""
        if not turn.subtask.action_type.needs_element:
            return page_action(turn.subtask)
        lines = self._render([scored.element for scored in pruned.kept])
        action, _ = self._ask(
            [*turn.dialogue, second_message(lines)], lambda text: read_second_turn(text, pruned)
        )
        return action

    def _ask(
        self, messages: Sequence[Message], read: Callable[[str], Value]
    ) -> tuple[Value, tuple[Message, ...]]:
        """What `read` makes of the reply, or of the one after it; and the dialogue so far.

        A repaired dialogue goes on without the bad reply: the second turn was trained on clean
        ones.
        """
        text = self._llm.chat(messages)[0].text
        try:
            return read(text), (*messages, Message("assistant", text))
        except (TagError, BadReply, InvalidAction) as error:
            first = error
        self._counters.count("unified/repairs")
        request = Message("user", fill(FOLDER / "unified_repair.j2", reason=str(first)))
        # Several endpoints refuse an empty assistant turn.
        said = Message("assistant", text or "(nothing)")
        again = self._llm.chat([*messages, said, request])[0].text
        try:
            return read(again), (*messages, Message("assistant", again))
        except InvalidAction as second:
            raise InvalidAction(str(first), *second.attempts) from second


class UnifiedRoles:
    """The unified model in the places of planner, filter and grounder.

    The three are asked about one case after another, on one thread: `program` and `ground` go on
    with the dialogue that `plan` began there.
    """

    def __init__(self, model: Unified) -> None:
        """`model`: asked once in `plan` and once in `ground`."""
        self._model = model
        self._thread = local()

    def plan(self, task: str, screenshot: bytes | None, history: Sequence[str]) -> SubTask:
        """The first turn's sub-task; raises `BadReply`."""
        self._thread.turn = self._model.first(task, screenshot, history)
        return self._turn().subtask

    def program(self, subtask: SubTask) -> Program:
        """The first turn's program."""
        return self._turn().program

    def ground(self, subtask: SubTask, pruned: Pruned) -> Action:
        """The second turn's action; raises `InvalidAction`."""
        return self._model.second(self._turn(), pruned)

    def _turn(self) -> FirstTurn:
        turn: FirstTurn = self._thread.turn
        return turn


def first_messages(
    task: str, screenshot: bytes | None, history: Sequence[str]
) -> tuple[Message, ...]:
    """What opens the dialogue, in training as at work."""
    request = json.dumps({"task_description": task, "history": list(history)})
    images = () if screenshot is None else (screenshot,)
    return Message("system", fill(FOLDER / "unified.j2")), Message("user", request, images)


def second_message(lines: str) -> Message:
    """What the second turn answers: the rendered `lines` of the elements that were kept."""
    return Message("user", fill(FOLDER / "unified_second.j2", lines=lines))


def read_first_turn(text: str) -> tuple[SubTask, Program]:
    """The sub-task and the program of `<think> <plan> <keywords_weights>`.

    Raises `TagError` or `BadReply` that says what was wrong; the reward of training counts either
    as a wrong format.
    """
    _, plan, weights = read_tags(text, FIRST_TAGS)
    subtask = read_value(plan, PlannerReply).subtask()
    return subtask, program_of(subtask, read_value(weights, KeywordWeights).root)


def read_second_turn(text: str, pruned: Pruned) -> Action:
    """The action in `<answer>`; raises `InvalidAction` for every other reply."""
    try:
        (answer,) = read_tags(text, SECOND_TAGS)
        return checked_action(read_value(answer, GrounderReply), pruned)
    except (TagError, BadReply) as error:
        raise InvalidAction(str(error)) from error
