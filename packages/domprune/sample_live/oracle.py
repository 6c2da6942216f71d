"""The planner that knows a task's right steps: what is left to measure is grounding and acting."""

from __future__ import annotations

from collections.abc import Sequence

from domprune.types import ActionType, SubTask

DONE = SubTask(next_steps="Done", action_type=ActionType.DONE)


class OraclePlanner:
    """Gives the right sub-tasks one after the other, each once, then DONE."""

    def __init__(self, steps: Sequence[SubTask]) -> None:
        """`steps`: the right sub-tasks in their order."""
        self._steps = steps

    def plan(self, task: str, screenshot: bytes | None, history: Sequence[str]) -> SubTask:
        """The step after those in the history, which has one line a step."""
        return self._steps[len(history)] if len(history) < len(self._steps) else DONE
