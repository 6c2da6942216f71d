"""A real Chromium with bounds: what it may load, how long anything may take.

This is the only file that imports Playwright.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.sync_api import (
    Browser as Chromium,
)
from playwright.sync_api import (
    CDPSession,
    Error,
    Frame,
    Page,
    Playwright,
    Request,
    Route,
    sync_playwright,
)
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from common.chromium import find_chromium
from domprune.page.errors import BrowserMissing, PageError, PageGone, PageTimeout

__all__ = [
    "Browser",
    "CDPSession",
    "Frame",
    "Page",
    "PlaywrightTimeout",
    "ProtocolError",
    "Request",
    "bounded",
]

ProtocolError = Error
"""What Playwright raises where the browser refuses a call."""

FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--disable-dev-shm-usage",
)
_GONE = ("crashed", "closed", "detached", "navigat", "destroyed", "Cannot find context")


class Browser:
    """One headless Chromium; a context manager whose pages never outlive or outwait it.

    `scripts` says whether pages may run their own scripts, `network` whether pages opened from
    `html` or a file may load anything beyond themselves; `seconds` bounds every single call.
    """

    def __init__(
        self, *, scripts: bool = True, network: bool = False, seconds: float = 8.0
    ) -> None:
        """Note the settings; `with` starts the browser."""
        self.scripts = scripts
        self.network = network
        self.seconds = seconds
        self._chromium: Chromium | None = None

    def __enter__(self) -> Self:
        """Start Chromium; raises BrowserMissing where there is none."""
        try:
            path = find_chromium()
        except FileNotFoundError as error:
            raise BrowserMissing(f"{error}: correct or unset it") from error
        driver = _driver.acquire()
        try:
            self._chromium = self._launch(driver, path)
        except Error as error:
            _driver.release()
            raise BrowserMissing(
                f"Chromium did not start ({path or 'Playwright build'}): "
                f"{error.message.splitlines()[0]}; install one (apt-get install chromium, or "
                "playwright install chromium) or set CHROMIUM_PATH"
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop Chromium, pages that hang included."""
        try:
            with _ignoring_page_errors(), bounded(self.seconds):
                self._started.close()
        finally:
            self._chromium = None
            _driver.release()

    def open(
        self,
        *,
        html: str | None = None,
        url: str | None = None,
        viewport: tuple[int, int] = (1280, 800),
        scripts: bool | None = None,
    ) -> Page:
        """Return a page that shows the given HTML, or what lies at the URL, once it has loaded.

        With `html`, `url` is only the address under which the page believes to live. Pages from
        `html` and from `file:` URLs get no network unless the browser was made with `network=True`.
        `scripts` overrides the browser's own setting. Raises PageTimeout where loading does not
        end, PageError where the URL cannot be opened.
        """
        if html is None and url is None:
            raise PageError("nothing to open: pass html=... or url=...")
        saved = html is not None or (url or "").startswith("file:")
        with bounded(self.seconds + 1):
            page = self._started.new_page(
                viewport={"width": viewport[0], "height": viewport[1]},
                java_script_enabled=self.scripts if scripts is None else scripts,
                offline=saved and not self.network,
            )
            page.set_default_timeout(self.seconds * 1000)
        try:
            with bounded(self.seconds + 1):
                _load(page, html, url)
        except PageError:
            self.close(page)
            raise
        return page

    def goto(self, page: Page, url: str) -> None:
        """Load another URL in an open page; raises as `open` does."""
        with bounded(self.seconds + 1):
            page.goto(url, wait_until="load")

    def close(self, page: Page) -> None:
        """Close a page, one that hangs or has crashed included."""
        with _ignoring_page_errors(), bounded(self.seconds):
            page.close()

    def screenshot(self, page: Page, *, full_page: bool = True) -> bytes:
        """Return a PNG of the page, as tall as the whole page or as its viewport."""
        with bounded(self.seconds + 1):
            return page.screenshot(full_page=full_page, animations="disabled")

    @property
    def _started(self) -> Chromium:
        if self._chromium is None:
            raise PageError(
                "the browser is not started: open pages inside `with Browser() as browser:`"
            )
        return self._chromium

    def _launch(self, driver: Playwright, path: Path | None) -> Chromium:
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        return driver.chromium.launch(
            executable_path=path,
            headless=True,
            args=[*FLAGS, *(["--no-sandbox"] if is_root else [])],
            timeout=60_000,
        )


class _Driver(threading.local):
    """Playwright allows one driver a thread: browsers of one thread share it."""

    users = 0
    playwright: Playwright | None = None

    def acquire(self) -> Playwright:
        if self.playwright is None:
            self.playwright = sync_playwright().start()
        self.users += 1
        return self.playwright

    def release(self) -> None:
        self.users -= 1
        if self.users == 0 and self.playwright is not None:
            self.playwright.stop()
            self.playwright = None


_driver = _Driver()


def _load(page: Page, html: str | None, url: str | None) -> None:
    if html is None:
        page.goto(str(url), wait_until="load")
    elif url is None:
        page.set_content(html, wait_until="load")
    else:
        body = html

        def answer(route: Route) -> None:
            route.fulfill(body=body, content_type="text/html; charset=utf-8")

        page.route(url, answer, times=1)
        page.goto(url, wait_until="load")


@contextmanager
def bounded(seconds: float, page: Page | None = None) -> Iterator[None]:
    """Bound the Playwright calls inside from outside: no page can make them wait longer.

    Playwright's own time limits do not cover `evaluate` and protocol calls, which wait for ever
    for a page whose script never ends, and protocol calls to a crashed page are never answered.
    Raises PageTimeout after `seconds`, PageGone where the page was closed, crashed or navigated
    away, PageError for any other refusal.
    """
    with _alarm(seconds, page) as crashed:
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
def _alarm(seconds: float, page: Page | None) -> Iterator[list[Page]]:
    """Cancel the calls begun inside after `seconds` or when the page crashes (then yielded)."""
    crashed: list[Page] = []
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # no call of Playwright's is possible here
        yield crashed
        return
    before = asyncio.all_tasks(loop)

    def cancel() -> None:
        for task in asyncio.all_tasks(loop) - before:
            task.cancel()

    def crash(gone: Page) -> None:
        crashed.append(gone)
        loop.call_soon(cancel)

    timer = threading.Timer(seconds, loop.call_soon_threadsafe, [cancel])
    timer.daemon = True
    timer.start()
    if page is not None:
        page.on("crash", crash)
    try:
        yield crashed
    finally:
        timer.cancel()
        if page is not None:
            page.remove_listener("crash", crash)


@contextmanager
def _ignoring_page_errors() -> Iterator[None]:
    """For closing only: a page that is gone already is what was wanted."""
    try:
        yield
    except PageError:
        return


def _first_line(error: Error) -> str:
    return error.message.splitlines()[0] if error.message else "the browser refused"
