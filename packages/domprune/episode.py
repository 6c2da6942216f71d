"""What happens while a task is done on live pages, step by step.

observation -> sub-task -> program -> pruned -> action -> executed; all steps -> episode
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domprune.types import Action, Executed, Program, Pruned, Snapshot, SubTask


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A page as an agent finds it before a step.

    `screenshot` is a PNG of the viewport, whose top left corner lies `left`, `top` CSS pixels into
    the document. `notes` say what the page did by itself since the last look: dialogs, new tabs,
    refused downloads. `finished` where the environment itself has ended the task, with its
    `reward` where it gives one.
    """

    snapshot: Snapshot
    screenshot: bytes | None = None
    left: float = 0.0
    top: float = 0.0
    notes: tuple[str, ...] = ()
    finished: bool = False
    reward: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a step keeps of its observation: no elements, so that long tasks stay small."""

    url: str
    title: str
    elements: int
    html_chars: int
    screenshot: bytes | None = None
    left: float = 0.0
    top: float = 0.0
    finished: bool = False
    reward: float | None = None


def seen(observation: Observation) -> Seen:
    """Return what is kept of an observation."""
    snapshot = observation.snapshot
    return Seen(
        url=snapshot.url, title=snapshot.title, elements=len(snapshot.elements),
        html_chars=snapshot.html_chars, screenshot=observation.screenshot,
        left=observation.left, top=observation.top, finished=observation.finished,
        reward=observation.reward,
    )  # fmt: skip


_LEADS_TO, _DONE, _FAILED = " -> ", "done", "failed: "
ABSENT = "invalid action: "
"""How the error of a step begins for which the page showed no element."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a line of the history says of a step: what was asked for, and its error, "" if none.

    >>> read_line("Click Pay -> failed: invalid action: no such element").absent
    True
    """

    asked: str
    error: str

    @property
    def absent(self) -> bool:
        """Whether the page showed no such element."""
        return self.error.startswith(ABSENT)


def write_line(asked: str, error: str, notes: Sequence[str]) -> str:
    """Return a step as the planner's history tells it."""
    return "; ".join([f"{asked}{_LEADS_TO}{_FAILED + error if error else _DONE}", *notes])


def read_line(line: str) -> Told:
    """Return what a line that `write_line` wrote says; notes count as part of an error."""
    asked, _, became = line.partition(_LEADS_TO)
    return Told(asked, became.removeprefix(_FAILED) if became.startswith(_FAILED) else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a task: all that was seen, decided and done, for history, trace and judge.

    What was not reached is None; `error` says why the step failed, "" where it did not.
    `milliseconds` are by phase (observe, plan, filter, prune, ground, act), in that order.
    """

    number: int
    seen: Seen | None = None
    subtask: SubTask | None = None
    program: Program | None = None
    pruned: Pruned | None = None
    action: Action | None = None
    executed: Executed | None = None
    error: str = ""
    notes: tuple[str, ...] = ()
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    prompt_characters: int = 0

    @property
    def ok(self) -> bool:
        """Whether the step went through."""
        return not self.error

    @property
    def line(self) -> str:
        """The step as the planner's history tells it: what was asked for and what became of it."""
        asked = self.subtask.next_steps if self.subtask else "look at the page"
        return write_line(asked, self.error, self.notes)


class Ending(StrEnum):
    """Why a task came to its end."""

    DONE = "done"
    FAIL = "fail"
    ENVIRONMENT = "environment"
    STEP_LIMIT = "step_limit"
    TIME_LIMIT = "time_limit"
    STUCK = "stuck"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A task from its first page to its end; `reward` is the environment's, None without one.

    Only the last steps hold their picture and kept elements, so that long tasks stay small.
    """

    task: str
    steps: tuple[Step, ...]
    ending: Ending
    seconds: float
    reward: float | None = None
