"""SCROLL and NAVIGATE: what is done to the page as a whole."""

from __future__ import annotations

from domprune.act.missed import Missed
from domprune.act.pointer import Tries
from domprune.page.browser import Page
from domprune.page.hands import scroll_page
from domprune.types import Failure, Strategy

SCREEN = 0.8
"""The share of the viewport's height that one SCROLL moves."""


def scrolls(page: Page, direction: str) -> Tries:
    """Return the way to scroll, "up" or else down."""

    def scroll() -> None:
        if not scroll_page(page, -SCREEN if direction == "up" else SCREEN):
            raise Missed(Failure.NO_EFFECT, f"the page does not scroll further {direction}")

    return {Strategy.STANDARD: scroll}


def visits(page: Page, url: str) -> Tries:
    """Return the way to another address; http and https alone."""
    if not url.lower().startswith(("http://", "https://")):
        raise Missed(Failure.INVALID, f"{url[:80]!r} is no http or https address", final=True)

    def visit() -> None:
        page.goto(url, wait_until="commit")

    return {Strategy.STANDARD: visit}
