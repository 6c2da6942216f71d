"""Task and history -> the next step, by rules: the task's steps in turn, looking where it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domprune.episode import read_line
from domprune.instruction import parse_instruction
from domprune.roles.clause_steps import PlannedStep, nth
from domprune.roles.steps import steps_of
from domprune.types import ActionType, SubTask

LOOKS = 8
"""Parts of a page that are opened at most to find one element."""


@dataclass(slots=True)
class Progress:
    """How far the steps have come: which is next, for the how manieth time, how much was opened."""

    steps: Sequence[PlannedStep]
    place: int = 0
    number: int = 1
    opened: int = 0
    looking: bool = False
    left_out: int = 0

    @property
    def said(self) -> str:
        """The words of the next step; "" where none is left."""
        if self.place >= len(self.steps):
            return ""
        return look(self.opened + 1) if self.looking else self.steps[self.place].said(self.number)

    def went_through(self) -> None:
        """Note that the step was done."""
        if self.looking:
            self.opened += 1
            self.looking = False
            return
        step = self.steps[self.place]
        self.number += 1
        if step.times and self.number > step.times:
            self._go_on()

    def failed(self, *, absent: bool) -> None:
        """Note that it was not: look elsewhere for what is absent, else leave it out."""
        step = self.steps[self.place]
        if absent and not self.looking and step.times == 1 and self.opened < LOOKS:
            self.looking = True
            return
        if not absent and not self.looking:
            self.steps = (
                *self.steps[: self.place + 1],
                *step.instead,
                *self.steps[self.place + 1 :],
            )
        all_done = step.times != 1 and self.number > 1
        if not all_done and (absent or not step.instead):
            self.left_out += 1
        self._go_on()

    def _go_on(self) -> None:
        self.place += 1
        self.number, self.opened, self.looking = 1, 0, False


class RulesPlanner:
    """Does the steps that a task names, one after the other.

    Where the page does not show what a step means, the parts of the page that open (tabs, sections,
    menus, further pages) are opened one by one. It knows how it fares from the history alone.
    """

    def plan(self, task: str, screenshot: bytes | None, history: Sequence[str]) -> SubTask:
        """The next step; after the last DONE, or FAIL where one was left out."""
        progress = Progress(steps_of(task))
        for line in history:
            told = read_line(line)
            if not progress.said or told.asked != progress.said:
                continue
            if told.error:
                progress.failed(absent=told.absent)
            else:
                progress.went_through()
        if progress.said:
            return parse_instruction(progress.said)
        if progress.left_out:
            return SubTask(next_steps="Give up", action_type=ActionType.FAIL)
        return SubTask(next_steps="Done", action_type=ActionType.DONE)


def look(number: int) -> str:
    """Return the words of the step that opens the `number`-th part of a page."""
    return f"Open the {nth(number)} tab, section, menu, folder or next page"
