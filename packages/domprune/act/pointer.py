"""A click by the pointer, then after scrolling, then by dispatched events."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domprune.act.missed import Missed
from domprune.act.target import Target
from domprune.page.browser import Page
from domprune.types import Failure, Strategy

MOVING_MILLISECONDS = 150
"""How long something that slides in or fades out is waited for after scrolling."""

Tries = Mapping[Strategy, Callable[[], None]]
"""How to carry out an action, in the order in which it is tried; each may raise `Missed`."""


def clicks(page: Page, target: Target) -> Tries:
    """Return the ways to click on an element."""
    if target.state.type == "file":
        raise Missed(Failure.REFUSED, "files are not uploaded", final=True)

    def standard() -> None:
        touch(page, target.state.at, target.state.hindrance)

    def scrolled() -> None:
        scroll_and_touch(page, target)

    return {
        Strategy.STANDARD: standard,
        Strategy.SCROLLED: scrolled,
        Strategy.EVENTS: target.hold.click,
    }


def touch(page: Page, at: tuple[float, float] | None, hindrance: str) -> None:
    """Click at a point of the viewport; raises `Missed` where there is none."""
    if at is None:
        raise Missed(Failure.UNREACHABLE, hindrance)
    page.mouse.click(*at)


def scroll_and_touch(page: Page, target: Target) -> None:
    """Bring the element to the middle of the viewport and click there; raises `Missed`."""
    target.hold.scroll_into_view()
    state = target.hold.state()
    if state is not None and state.at is None:
        page.wait_for_timeout(MOVING_MILLISECONDS)
        state = target.hold.state()
    if state is None:
        raise Missed(Failure.STALE, "the element went while it was scrolled to", final=True)
    touch(page, state.at, state.hindrance)
