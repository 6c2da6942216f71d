"""After an action: the navigation it began, the windows it opened and changes are waited for."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from domprune.page.attached import attach
from domprune.page.browser import Page, PlaywrightTimeout
from domprune.page.hands import settle

STILL_MILLISECONDS, CHANGING_MILLISECONDS = 40, 400
"""A page is at rest when nothing has changed for so long; a clock that ticks is waited for so long
at most."""
ANSWER_SECONDS, LOAD_SECONDS = 6.0, 4.0
"""How long a navigation or a new window is waited for until it answers, and then until the page has
loaded."""
POLL_MILLISECONDS = 10

Event = Mapping[str, Any]


class Aftermath:
    """What an action set off: whether the main frame is on its way, and windows not yet there.

    Learnt from the protocol's Page domain: Playwright's own events of requests would keep an object
    of each request as long as the page lives, and tell of a window only when that has an answer.
    """

    def __init__(self, page: Page, main: str) -> None:
        """Nothing is under way; `main` is the protocol's id of the page's main frame."""
        self._page = page
        self._main = main
        self.under_way = False
        self.arrived = False
        self.windows = 0

    def began(self, event: Event) -> None:
        """Note that a frame is about to show another document, at once and in its own place."""
        elsewhere = event.get("disposition", "currentTab") != "currentTab"
        if event["frameId"] == self._main and not elsewhere and not event.get("delay"):
            self.under_way = True

    def ended(self, event: Event) -> None:
        """Note that a frame has done loading, or that what it asked for is no document."""
        if event["frameId"] == self._main:
            self.under_way = False

    def changed(self, event: Event) -> None:
        """Note that a frame shows another document, or its own under another address."""
        if event.get("frameId", event.get("frame", {}).get("id")) == self._main:
            self.arrived = True
            self.under_way = False

    def asked_for_window(self, event: Event) -> None:
        """Note that the page asked for a new tab or window."""
        self.windows += 1

    def window_came(self, page: Page) -> None:
        """Note that one is there, or that none of them will come any more."""
        self.windows -= 1

    def rest(self) -> None:
        """Wait until the page is at rest, and the windows that it asked for are there."""
        settle(self._page, STILL_MILLISECONDS, CHANGING_MILLISECONDS)
        deadline = time.monotonic() + ANSWER_SECONDS
        while (self.under_way or self.windows > 0) and time.monotonic() < deadline:
            self._page.wait_for_timeout(POLL_MILLISECONDS)
        if self.arrived:
            with suppress(PlaywrightTimeout):  # pictures may be late
                self._page.wait_for_load_state("load", timeout=1e3 * LOAD_SECONDS)
            settle(self._page, STILL_MILLISECONDS, CHANGING_MILLISECONDS)


@contextmanager
def watching(page: Page) -> Iterator[Aftermath]:
    """Watch for what the block sets off on the page."""
    world = attach(page).main
    aftermath = Aftermath(page, world.frame)
    events = {
        "Page.frameScheduledNavigation": aftermath.began,
        "Page.frameRequestedNavigation": aftermath.began,
        "Page.frameStartedNavigating": aftermath.began,
        "Page.frameStoppedLoading": aftermath.ended,
        "Page.frameNavigated": aftermath.changed,
        "Page.navigatedWithinDocument": aftermath.changed,
        "Page.windowOpen": aftermath.asked_for_window,
    }
    for name, heard in events.items():
        world.session.on(name, heard)
    page.context.on("page", aftermath.window_came)
    world.session.send("Page.enable")
    try:
        yield aftermath
    finally:
        for name, heard in events.items():
            world.session.remove_listener(name, heard)
        page.context.remove_listener("page", aftermath.window_came)
