"""What the stages promise one another: the roles, the ranking arms and the ranking itself.

A stage is handed the others as values of these types; it never imports them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domprune.episode import Observation
from domprune.page.errors import PageError
from domprune.types import (
    Action,
    Case,
    Element,
    Executed,
    Gold,
    Program,
    Pruned,
    Scored,
    Snapshot,
    SubTask,
)

Render = Callable[[Sequence[Element]], str]
"""Writes elements as the grounder's lines `[id]<tag>text</tag>`."""

RankElements = Callable[[Sequence[Element], Program], Pruned]
"""Elements and program to the best ones, best first."""

ScoreElements = Callable[[Sequence[Element], Program], Sequence[float]]
"""One score an element, in the elements' order; higher is better."""


class SavedPage(Protocol):
    """A saved page with the tree that labels point into, as columns in document order."""

    @property
    def snapshot(self) -> Snapshot:
        """The page's elements."""

    @property
    def tags(self) -> Sequence[str]:
        """The tag of each node."""

    @property
    def attributes(self) -> Sequence[Mapping[str, str | None]]:
        """The attributes of each node."""

    def gold(self, targets: Collection[int]) -> Gold:
        """The elements that labelled nodes mean."""


class Planner(Protocol):
    """The first role: what to do next (Prune4Web, section 3.1)."""

    def plan(self, task: str, screenshot: bytes | None, history: Sequence[str]) -> SubTask:
        """The next sub-task; the planner sees a picture of the page (PNG), never its HTML."""


class Filter(Protocol):
    """The second role: which words the element in question will carry (section 3.2)."""

    def program(self, subtask: SubTask) -> Program:
        """The parameters of the scoring template; only the sub-task is read."""


class Grounder(Protocol):
    """The third role: which of the kept elements, and what to do with it (section 3.1)."""

    def ground(self, subtask: SubTask, pruned: Pruned) -> Action:
        """An action whose element is one of the kept ones; raises `InvalidAction` otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The elements of a page in the order in which an arm would show them, best first.

    It holds all elements, or only the chosen ones where an arm chooses. `program` is the scoring
    program that made it, None for arms without one. `prunes` is False where the grounder is to
    read everything.
    """

    scored: tuple[Scored, ...]
    program: Program | None = None
    prunes: bool = True

    @property
    def ids(self) -> tuple[int, ...]:
        """The element ids, best first."""
        return tuple(scored.element.id for scored in self.scored)


class Arm(Protocol):
    """One way to find the elements that the grounder will read."""

    def rank(self, case: Case) -> Ranking:
        """The elements of the case's page, best first; equal cases give equal rankings."""


class Environment(Protocol):
    """Live pages on which a task is done; a browser's session, or a benchmark's own pages."""

    def observe(self) -> Observation:
        """The page as it is now; raises `PageError` where it cannot be read in time."""

    def act(self, snapshot: Snapshot, action: Action, *, press_enter: bool) -> Executed:
        """Carry out an action on the page of `snapshot`, the one observed last; never raises."""

    def recover(self, error: PageError) -> str:
        """Bring back a page that can be read after a failure; returns in words what was done."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an action would land: the address of the page, and of the document of its element.

    They differ where the element stands in a frame; a page-level action has the page's for both.
    `leads_to` is where the element's link or form goes by itself, "" where it goes nowhere.
    """

    page_url: str
    frame_url: str
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a guard forbids an action: the rule's name, and words that a model may be shown."""

    rule: str
    reason: str


class Guard(Protocol):
    """What an agent may do, kept by code outside of the model."""

    def allow(self, action: Action, element: Element | None, place: Place) -> Refused | None:
        """None where the action may be done; asked right before it, on the element as it is now."""

    def reveal(self, value: str, place: Place) -> str:
        """The text to type for a value that may name secrets; called once it is allowed."""

    def hide(self, text: str) -> str:
        """The same text without secrets, before roles, traces and logs see it."""

    def shows(self, text: str) -> bool:
        """Whether a secret can be read in what a page shows, so that no picture may be taken."""


class InvalidAction(ValueError):
    """A grounder's answer is none of the seven actions, or names an element it was not offered.

    `attempts` holds what was wrong with each answer, the first one first.
    """

    def __init__(self, *attempts: str) -> None:
        """`attempts`: one reason for each answer that the grounder gave."""
        super().__init__("; then: ".join(attempts))
        self.attempts = attempts
