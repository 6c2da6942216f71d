"""After an action: the navigation it began is waited for, and the page's changes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from domprune.page.browser import Page, PlaywrightTimeout, ProtocolError, Request
from domprune.page.hands import settle

STILL_MILLISECONDS, CHANGING_MILLISECONDS = 40, 400
"""A page is at rest when nothing has changed for so long; a clock that ticks is waited for so long
at most."""
ANSWER_SECONDS, LOAD_SECONDS = 6.0, 4.0
"""How long a navigation is waited for until it answers, and then until it has loaded."""
POLL_MILLISECONDS = 10


class Navigation:
    """Whether the page's main frame is on its way to another document."""

    def __init__(self, page: Page) -> None:
        """Nothing is under way."""
        self._page = page
        self.under_way = False
        self.arrived = False

    def began(self, request: Request) -> None:
        """Note a request for a document of the main frame."""
        with suppress(ProtocolError):  # its frame may not exist yet, or not any more
            if request.is_navigation_request() and request.frame == self._page.main_frame:
                self.under_way = True

    def ended(self, about: object) -> None:
        """Note that the main frame shows a new document, or that none will come."""
        if about == self._page.main_frame:
            self.arrived = True
            self.under_way = False

    def gave_up(self, request: Request) -> None:
        """Note that a document will not come: refused, a download, no content."""
        with suppress(ProtocolError):
            if request.is_navigation_request() and request.frame == self._page.main_frame:
                self.under_way = False

    def rest(self) -> None:
        """Wait until the page is at rest."""
        settle(self._page, STILL_MILLISECONDS, CHANGING_MILLISECONDS)
        deadline = time.monotonic() + ANSWER_SECONDS
        while self.under_way and time.monotonic() < deadline:
            self._page.wait_for_timeout(POLL_MILLISECONDS)
        if self.arrived:
            with suppress(PlaywrightTimeout):  # pictures may be late
                self._page.wait_for_load_state("load", timeout=1e3 * LOAD_SECONDS)
            settle(self._page, STILL_MILLISECONDS, CHANGING_MILLISECONDS)


@contextmanager
def watching(page: Page) -> Iterator[Navigation]:
    """Watch for navigations of the page's main frame while the block runs."""
    navigation = Navigation(page)
    events = {
        "request": navigation.began,
        "framenavigated": navigation.ended,
        "requestfailed": navigation.gave_up,
    }
    for name, heard in events.items():
        page.on(name, heard)  # type: ignore[call-overload]
    try:
        yield navigation
    finally:
        for name, heard in events.items():
            page.remove_listener(name, heard)
