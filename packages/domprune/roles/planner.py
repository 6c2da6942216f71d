"""Task, screenshot and history -> the next sub-task; the page's HTML is never seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from common.llm import LLM, Message
from common.template import fill
from domprune.instruction import parse_instruction
from domprune.roles.actions import action_type_required
from domprune.types import ActionType, SubTask

PROMPT = Path(__file__).with_name("planner.j2")
REQUEST = Path(__file__).with_name("planner_request.j2")


def _first_step(raw: object) -> object:
    """The one step, also where a model answers with a list as in the paper's format."""
    return raw[0] if isinstance(raw, list) and raw else raw


def _as_list(raw: object) -> object:
    return [raw] if isinstance(raw, str) else raw


class Target(BaseModel):
    """The element to act on, by the text it shows."""

    text: str = ""


class PlannerReply(BaseModel):
    """The planner's JSON (Prune4Web, appendix), and the value apart from the step's words."""

    state_analysis: str = ""
    progress_evaluation: str = ""
    challenges: Annotated[list[str], BeforeValidator(_as_list)] = []
    next_steps: Annotated[str, BeforeValidator(_first_step), Field(min_length=1)]
    action_type: Annotated[ActionType, BeforeValidator(action_type_required)]
    target: Target = Target()
    value: str = ""

    def subtask(self) -> SubTask:
        """The same as a sub-task; a value left out is read from the step's words."""
        return SubTask(
            next_steps=self.next_steps,
            action_type=self.action_type,
            target_text=self.target.text,
            value=self.value or parse_instruction(self.next_steps).value,
            state_analysis=self.state_analysis,
            progress_evaluation=self.progress_evaluation,
            challenges=tuple(self.challenges),
        )


class LLMPlanner:
    """Asks a language model for the next step."""

    def __init__(self, llm: LLM) -> None:
        """`llm`: should read images; without a screenshot any model will do."""
        self._llm = llm

    def plan(self, task: str, screenshot: bytes | None, history: Sequence[str]) -> SubTask:
        """The step that the model asks for; raises `BadReply` where it gives none twice."""
        return self._llm.parse(planner_messages(task, screenshot, history), PlannerReply).subtask()


def planner_messages(
    task: str, screenshot: bytes | None, history: Sequence[str]
) -> tuple[Message, ...]:
    """What the planner is asked, in training as at work."""
    request = fill(REQUEST, task=task, history=history, pictured=screenshot is not None)
    images = () if screenshot is None else (screenshot,)
    return Message("system", fill(PROMPT)), Message("user", request, images)
