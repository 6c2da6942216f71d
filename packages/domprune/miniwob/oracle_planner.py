"""The planner that knows the tasks: page -> the next step in words and the elements it means."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from domprune.miniwob.types import OracleStep
from domprune.page.browser import Page, bounded
from domprune.types import ActionType, SubTask

SCRIPTS = Path(__file__).parent / "oracle"
MARK = "[data-oracle]"
"""Selects the elements that the step said last means, while they are marked."""
SECONDS = 8.0
WAIT_SECONDS = 20.0
"""How long the oracle waits for the moment of a step."""
_POLL_SECONDS = 0.03


@cache
def oracle_source() -> str:
    """Return the script that puts `window.oracle` into a task's page."""
    parts = [path.read_text("utf-8") for path in sorted(SCRIPTS.glob("*.js"))]
    return "\n".join(["(() => {", *parts, "window.oracle = { next, mark, unmark, tasks };", "})()"])


def inject(page: Page) -> None:
    """Put the oracle into a task's page; to be done before the task starts."""
    with bounded(SECONDS, page):
        page.evaluate(oracle_source())


class OraclePlanner:
    """Plans one episode of one task from the task's own definition, never from what was done.

    The same `SubTask` comes out for every agent that brings the page into the same state. It reads
    the page's own data where a person would look at the picture.
    """

    def __init__(self, page: Page, task: str, fields: Mapping[str, str]) -> None:
        """`page`: one that the oracle was put into; `fields`: what the page itself names."""
        self._page = page
        self._task = task
        self._fields = dict(fields)
        self._count = 0

    def knows_the_task(self) -> bool:
        """Whether there is a definition of the task's steps."""
        return bool(self._ask("name => name in oracle.tasks", self._task))

    def plan(self, task: str, screenshot: bytes | None, history: Sequence[str]) -> SubTask:
        """Return the next step; DONE where none is left, FAIL where its moment never comes."""
        deadline = time.monotonic() + WAIT_SECONDS
        while (step := self._next(task)).waiting:
            if time.monotonic() > deadline:
                return SubTask(next_steps="Give up waiting", action_type=ActionType.FAIL)
            time.sleep(_POLL_SECONDS)
        self._count += 1
        return step.subtask or SubTask(next_steps="Done", action_type=ActionType.DONE)

    @contextmanager
    def marked(self) -> Iterator[str]:
        """Mark the elements of the last step in the page meanwhile; yields their selector."""
        self._ask("() => oracle.mark()")
        try:
            yield MARK
        finally:
            self._ask("() => oracle.unmark()")

    def _next(self, utterance: str) -> OracleStep:
        given = [self._task, utterance, self._count, self._fields]
        said = json.loads(str(self._ask("given => oracle.next(...given)", given)))
        if "say" not in said:
            return OracleStep(subtask=None, waiting=said["waiting"])
        subtask = SubTask(
            next_steps=said["say"],
            action_type=ActionType(said["action"]),
            target_text=said["target"],
            value=said["value"],
        )
        return OracleStep(subtask=subtask)

    def _ask(self, script: str, given: object = None) -> object:
        with bounded(SECONDS, self._page):
            return self._page.evaluate(script, given)
