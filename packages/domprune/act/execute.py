"""One action on a live page, by several strategies -> what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from domprune.act.aftermath import Aftermath, watching
from domprune.act.choice import choices
from domprune.act.entry import entries
from domprune.act.missed import Missed
from domprune.act.on_page import scrolls, visits
from domprune.act.pointer import Tries, clicks
from domprune.act.target import Target, find_target
from domprune.hide import hidden_executed, hide_of
from domprune.interfaces import Guard, Place
from domprune.page.browser import Page, bounded
from domprune.page.errors import PageError, PageGone, PageTimeout
from domprune.page.hands import NodeState
from domprune.types import (
    Action,
    ActionType,
    Attempt,
    Element,
    Executed,
    Failure,
    Snapshot,
    Strategy,
)

SECONDS = 15.0
"""How long one action may take, its navigation and the page's changes included."""


@dataclass(slots=True)
class Progress:
    """One action while it is carried out."""

    page: Page
    snapshot: Snapshot
    action: Action
    guard: Guard | None
    target: Target | None = None
    attempts: list[Attempt] = field(default_factory=list)

    def executed(self, failure: Failure | None = None, error: str = "") -> Executed:
        """What has become of it."""
        element: Element | None = self.target.element if self.target else None
        executed = Executed(
            action=self.action,
            element=element,
            attempts=tuple(self.attempts),
            failure=failure,
            error=error,
            refound=self.target is not None and self.target.refound,
        )
        return hidden_executed(executed, hide_of(self.guard))


def execute(
    page: Page,
    snapshot: Snapshot,
    action: Action,
    *,
    guard: Guard | None = None,
    press_enter: bool = False,
    seconds: float = SECONDS,
) -> Executed:
    """Carry out an action on the page of `snapshot`, its latest one; wait until the page rests.

    A click is tried by the pointer, then after scrolling, then by dispatched events; an entry by
    keys, after a click, by events; all tries are recorded (spec, section 4). The guard is asked
    right before, on the element as it is then, and what is returned holds none of its secrets.
    `press_enter` presses Enter after TYPE. Never raises for what the page does: a page that hangs,
    crashes or has lost the element gives an `Executed` with its `failure`, within `seconds`.
    """
    progress = Progress(page, snapshot, action, guard)
    try:
        with bounded(seconds, page), watching(page) as aftermath:
            tries = _tries(progress)
            _try_in_turn(progress, tries)
            if press_enter and action.action_type is ActionType.TYPE:
                page.keyboard.press("Enter")
            _rest(page, aftermath)
    except Missed as missed:
        return progress.executed(missed.failure, str(missed))
    except PageTimeout as error:
        return progress.executed(Failure.TIMEOUT, str(error))
    except PageGone as error:
        if page.is_closed() and progress.attempts and not progress.attempts[-1].error:
            return progress.executed()  # a click that closes its own window
        return progress.executed(Failure.GONE, str(error))
    except PageError as error:
        return progress.executed(Failure.PAGE, str(error))
    return progress.executed()


def _tries(progress: Progress) -> Tries:
    """The ways to carry out the action, once the guard allows it; raises `Missed`."""
    page, action = progress.page, progress.action
    if action.action_type.needs_element:
        return _tries_on_element(progress)
    _ask(progress, None, Place(page.url, page.url))
    if action.action_type is ActionType.SCROLL:
        return scrolls(page, action.value or "down")
    return visits(page, action.value) if action.action_type is ActionType.NAVIGATE else {}


def _tries_on_element(progress: Progress) -> Tries:
    page, action = progress.page, progress.action
    hide = hide_of(progress.guard)
    target = progress.target = find_target(page, progress.snapshot, action.element_id, hide)
    place = Place(page.url, target.state.url, target.state.leads_to)
    progress.action = action = replace(action, element_id=target.element.id)
    _ask(progress, target.element, place)
    if target.state.disabled:
        raise Missed(Failure.DISABLED, "the element is disabled", final=True)
    if action.action_type is ActionType.CLICK:
        return clicks(page, target)
    if action.action_type is ActionType.SELECT_OPTION:
        return choices(page, progress.snapshot, target, action.value, _asking(progress))
    text = progress.guard.reveal(action.value, place) if progress.guard else action.value
    return entries(page, target, text, secret=text != action.value)


def _asking(progress: Progress) -> Callable[[Element, NodeState], None]:
    """Return how the guard is asked about a click on another element than the action's own."""

    def ask(element: Element, state: NodeState) -> None:
        _ask(progress, element, Place(progress.page.url, state.url, state.leads_to))

    return ask


def _ask(progress: Progress, element: Element | None, place: Place) -> None:
    refused = progress.guard.allow(progress.action, element, place) if progress.guard else None
    if refused is not None:
        raise Missed(Failure.REFUSED, f"{refused.rule}: {refused.reason}", final=True)


def _try_in_turn(progress: Progress, tries: Tries) -> None:
    """Try one way after the other; raises the first one's `Missed` where none goes through."""
    first: Missed | None = None
    for strategy, way in tries.items():
        missed = _attempted(progress, strategy, way)
        if missed is None:
            return
        first = first or missed
        if missed.final:
            raise missed
    if first is not None:
        raise first


def _attempted(progress: Progress, strategy: Strategy, way: Callable[[], None]) -> Missed | None:
    """Try one way and record it, interrupted by the time limit or not."""
    start, error = time.perf_counter(), "interrupted"
    try:
        way()
        error = ""
    except Missed as missed:
        error = str(missed)
        return missed
    finally:
        spent = 1e3 * (time.perf_counter() - start)
        progress.attempts.append(Attempt(strategy, error, spent))
    return None


def _rest(page: Page, aftermath: Aftermath) -> None:
    if not page.is_closed():
        aftermath.rest()
