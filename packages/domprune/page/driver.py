"""Playwright, with bounds: its types, one driver a thread, and a time limit for every call.

This is the only file that imports Playwright.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from playwright.sync_api import (
    Browser as Chromium,
)
from playwright.sync_api import (
    BrowserContext,
    CDPSession,
    Dialog,
    Download,
    Error,
    FileChooser,
    Frame,
    Page,
    Playwright,
    Request,
    Route,
    sync_playwright,
)
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from domprune.page.errors import PageError, PageGone, PageTimeout

__all__ = [
    "BrowserContext",
    "CDPSession",
    "Chromium",
    "Dialog",
    "Download",
    "FileChooser",
    "Frame",
    "Page",
    "Playwright",
    "PlaywrightTimeout",
    "ProtocolError",
    "Request",
    "Route",
    "bounded",
    "driver",
    "ignoring_page_errors",
]

ProtocolError = Error
"""What Playwright raises where the browser refuses a call."""

_GONE = ("crashed", "closed", "detached", "navigat", "destroyed", "Cannot find context")


YOUNG_MEGABYTES = 4
"""Space for the driver's newest objects: it would let garbage fill ten times as much."""


@contextmanager
def _small_driver() -> Iterator[None]:
    """Let a driver that is started inside be small; a user's own NODE_OPTIONS are left alone."""
    if "NODE_OPTIONS" in os.environ:
        yield
        return
    os.environ["NODE_OPTIONS"] = f"--max-semi-space-size={YOUNG_MEGABYTES}"
    try:
        yield
    finally:
        os.environ.pop("NODE_OPTIONS", None)


class _Driver(threading.local):
    """Playwright allows one driver a thread: browsers of one thread share it."""

    users = 0
    playwright: Playwright | None = None

    def acquire(self) -> Playwright:
        if self.playwright is None:
            with _small_driver():
                self.playwright = sync_playwright().start()
        self.users += 1
        return self.playwright

    def release(self) -> None:
        self.users -= 1
        if self.users == 0 and self.playwright is not None:
            self.playwright.stop()
            self.playwright = None


driver = _Driver()


class Emitter(Protocol):
    """What tells of events: a page, a session of the protocol."""

    def on(self, event: Any, f: Any) -> None:
        """Call `f` at each event of that name."""

    def remove_listener(self, event: Any, f: Any) -> None:
        """Call it no more."""


@contextmanager
def bounded(seconds: float, watched: Emitter | None = None, crash: str = "crash") -> Iterator[None]:
    """Bound the Playwright calls inside from outside: no page can make them wait longer.

    Playwright's own time limits do not cover `evaluate` and protocol calls, which wait for ever
    for a page whose script never ends, and protocol calls to a crashed page are never answered:
    `watched` tells of a crash by the event of that name. Raises PageTimeout after `seconds`,
    PageGone where the page was closed, crashed or navigated away, PageError for any other refusal.
    """
    with _alarm(seconds, watched, crash) as crashed:
        try:
            yield
        except asyncio.CancelledError:
            if crashed:
                raise PageGone("the page crashed while it was read: open it again") from None
            raise PageTimeout(
                f"the page did not answer within {seconds:g} s: its script may never end; "
                "open it with scripts=False"
            ) from None
        except PlaywrightTimeout as error:
            raise PageTimeout(f"{_first_line(error)}: the page may never finish loading") from error
        except Error as error:
            message = _first_line(error)
            kind = PageGone if any(word in message for word in _GONE) else PageError
            raise kind(message) from error


@contextmanager
def _alarm(seconds: float, watched: Emitter | None, crash: str) -> Iterator[list[object]]:
    """Cancel the calls begun inside after `seconds` or at a crash (then yielded)."""
    crashed: list[object] = []
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # no call of Playwright's is possible here
        yield crashed
        return
    before = asyncio.all_tasks(loop)

    def cancel() -> None:
        for task in asyncio.all_tasks(loop) - before:
            task.cancel()

    def note(gone: object) -> None:
        crashed.append(gone)
        loop.call_soon(cancel)

    timer = loop.call_later(seconds, cancel)
    if watched is not None:
        watched.on(crash, note)
    try:
        yield crashed
    finally:
        timer.cancel()
        if watched is not None:
            watched.remove_listener(crash, note)


@contextmanager
def ignoring_page_errors() -> Iterator[None]:
    """For closing only: a page that is gone already is what was wanted."""
    try:
        yield
    except PageError:
        return


def _first_line(error: Error) -> str:
    return error.message.splitlines()[0] if error.message else "the browser refused"
