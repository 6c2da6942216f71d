"""Annotated steps -> the conversations that SFT learns from, one builder a role."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.llm import Message
from common.training.types import Prompt, TrainingMessage, TrainingRow
from domprune.interfaces import Render
from domprune.train.answers import (
    filter_answer,
    first_answer,
    grounder_answer,
    planner_answer,
    second_answer,
)
from domprune.types import Annotated, Case, Program, Pruned, SubTask

Prune = Callable[[Case, Program], Pruned]
"""Runs a scoring program on the page of a case and keeps the best elements."""

AskAboutTask = Callable[[str, bool, Sequence[str]], Sequence[Message]]
"""Task, whether there is a picture, steps so far -> what the role is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What the roles ask their models at work; training asks the very same."""

    planner: AskAboutTask
    filter: Callable[[SubTask], Sequence[Message]]
    grounder: Callable[[SubTask, str], Sequence[Message]]
    first: AskAboutTask
    second: Callable[[str], Message]


class Dialogues:
    """Builds rows and prompts from annotated steps, on pages that are really pruned.

    The elements of a grounding turn are those that the step's own program keeps, as they would be
    at work. With `pictured`, the turns that see the page carry its screenshot where there is one.
    """

    def __init__(
        self, questions: Questions, prune: Prune, render: Render, *, pictured: bool
    ) -> None:
        """Note the parts; nothing is read yet."""
        self._questions = questions
        self._prune = prune
        self._render = render
        self._pictured = pictured

    def planner(self, step: Annotated) -> TrainingRow:
        """Task, history and picture -> sub-task."""
        asked = self._asked(self._questions.planner, step)
        return self._row(step, asked, planner_answer(step.subtask), sees=True)

    def filter(self, step: Annotated) -> TrainingRow:
        """Sub-task -> keyword weights."""
        return self._row(step, self._questions.filter(step.subtask), filter_answer(step.program))

    def grounder(self, step: Annotated) -> TrainingRow:
        """Sub-task and kept elements -> action."""
        asked = self._questions.grounder(step.subtask, self.lines(step.case, step.program))
        return self._row(step, asked, grounder_answer(step.action))

    def unified(self, step: Annotated) -> TrainingRow:
        """Both turns of the unified model; a page-level action takes the first turn alone."""
        asked = self._asked(self._questions.first, step)
        opening = self._row(step, asked, first_answer(step), sees=True)
        if not step.subtask.action_type.needs_element:
            return opening
        second = self._questions.second(self.lines(step.case, step.program))
        messages = (*opening.messages, _told(second), _answered(second_answer(step.action)))
        return TrainingRow(id=opening.id, messages=messages, images=opening.images)

    def planner_prompt(self, step: Annotated) -> Prompt:
        """What GRPO samples the planner's answers to."""
        return self._prompt(step, self._questions.planner)

    def unified_prompt(self, step: Annotated) -> Prompt:
        """What GRPO samples the unified model's first turns to."""
        return self._prompt(step, self._questions.first)

    def lines(self, case: Case, program: Program) -> str:
        """The kept elements of the case's page, as the second turn reads them."""
        return self._render([scored.element for scored in self._prune(case, program).kept])

    def _asked(self, ask: AskAboutTask, step: Annotated) -> Sequence[Message]:
        pictured = self._pictured and step.screenshot is not None
        return ask(step.case.task or step.case.subtask.next_steps, pictured, step.case.history)

    def _prompt(self, step: Annotated, ask: AskAboutTask) -> Prompt:
        messages = tuple(map(_told, self._asked(ask, step)))
        return Prompt(id=step.case.id, messages=messages, images=self._images(step))

    def _row(
        self, step: Annotated, asked: Sequence[Message], answer: str, *, sees: bool = False
    ) -> TrainingRow:
        messages = (*map(_told, asked), _answered(answer))
        images = self._images(step) if sees else ()
        return TrainingRow(id=step.case.id, messages=messages, images=images)

    def _images(self, step: Annotated) -> tuple[Path, ...]:
        return (step.screenshot,) if self._pictured and step.screenshot else ()


def _told(message: Message) -> TrainingMessage:
    return TrainingMessage(role=message.role, content=message.content)


def _answered(text: str) -> TrainingMessage:
    return TrainingMessage(role="assistant", content=text)
