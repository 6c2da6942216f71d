"""A real Chromium with bounds: what it may load, how long anything may take."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from common.chromium import find_chromium
from domprune.page.driver import (
    BrowserContext,
    CDPSession,
    Chromium,
    Dialog,
    Download,
    FileChooser,
    Frame,
    Page,
    Playwright,
    PlaywrightTimeout,
    ProtocolError,
    Request,
    Route,
    bounded,
    driver,
    ignoring_page_errors,
)
from domprune.page.errors import BrowserMissing, PageError, PageGone
from domprune.page.switches import switches

__all__ = [
    "Browser",
    "BrowserContext",
    "CDPSession",
    "Dialog",
    "Download",
    "FileChooser",
    "Frame",
    "Page",
    "PlaywrightTimeout",
    "ProtocolError",
    "Request",
    "bounded",
    "ignoring_page_errors",
]

BIRTHS = 4
"""How often an empty page is asked for while the processes meant for it die."""


class Browser:
    """One headless Chromium; a context manager whose pages never outlive or outwait it.

    `scripts` says whether pages may run their own scripts, `network` whether pages opened from
    `html` or a file may load anything beyond themselves; `seconds` bounds every single call.
    `flags` are further switches of Chromium's, such as those that send everything to a proxy.
    """

    def __init__(
        self,
        *,
        scripts: bool = True,
        network: bool = False,
        seconds: float = 8.0,
        flags: Sequence[str] = (),
    ) -> None:
        """Note the settings; `with` starts the browser."""
        self.scripts = scripts
        self.network = network
        self.seconds = seconds
        self.flags = tuple(flags)
        self._chromium: Chromium | None = None

    def __enter__(self) -> Self:
        """Start Chromium; raises BrowserMissing where there is none."""
        try:
            path = find_chromium()
        except FileNotFoundError as error:
            raise BrowserMissing(f"{error}: correct or unset it") from error
        playwright = driver.acquire()
        try:
            self._chromium = self._launch(playwright, path)
        except ProtocolError as error:
            driver.release()
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
            with ignoring_page_errors(), bounded(self.seconds):
                self._started.close()
        finally:
            self._chromium = None
            driver.release()

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

    def profile(self, viewport: tuple[int, int] = (1280, 800)) -> BrowserContext:
        """Return an empty profile, with cookies of its own, for pages that refuse downloads."""
        with bounded(self.seconds + 1):
            profile = self._started.new_context(
                viewport={"width": viewport[0], "height": viewport[1]},
                java_script_enabled=self.scripts,
                accept_downloads=False,
            )
            profile.set_default_timeout(self.seconds * 1000)
        return profile

    def new_page(self, profile: BrowserContext) -> Page:
        """Return an empty page of a profile, also right after renderers were killed.

        One that Chromium keeps ready may have died with them, and the page with it.
        """
        for _ in range(BIRTHS - 1):
            with suppress(PageGone):
                return self._born(profile)
        return self._born(profile)

    def restart(self) -> None:
        """Stop what is left of a browser that died, and start another; profiles are lost."""
        self.__exit__(None, None, None)
        self.__enter__()

    def goto(self, page: Page, url: str) -> None:
        """Load another URL in an open page; raises as `open` does."""
        with bounded(self.seconds + 1):
            page.goto(url, wait_until="load")

    def close(self, page: Page) -> None:
        """Close a page, one that hangs or has crashed included."""
        with ignoring_page_errors(), bounded(self.seconds):
            page.close()

    def screenshot(self, page: Page, *, full_page: bool = True) -> bytes:
        """Return a PNG of the page, as tall as the whole page or as its viewport."""
        with bounded(self.seconds + 1):
            return page.screenshot(full_page=full_page, animations="disabled")

    def _born(self, profile: BrowserContext) -> Page:
        """Ask for an empty page once; raises PageGone where it crashes before it is there.

        Playwright misses a crash before it has asked about the page's window, and would wait for
        ever (seen with 1.65): the browser itself tells of every one.
        """
        with bounded(self.seconds):
            targets = self._started.new_browser_cdp_session()
        try:
            with bounded(self.seconds, targets, "Target.targetCrashed"):
                targets.send(
                    "Target.setDiscoverTargets", {"discover": True, "filter": [{"type": "page"}]}
                )
                return profile.new_page()
        finally:
            with ignoring_page_errors(), bounded(self.seconds):
                targets.detach()

    @property
    def _started(self) -> Chromium:
        if self._chromium is None:
            raise PageError(
                "the browser is not started: open pages inside `with Browser() as browser:`"
            )
        return self._chromium

    def _launch(self, playwright: Playwright, path: Path | None) -> Chromium:
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        return playwright.chromium.launch(
            executable_path=path,
            headless=True,
            args=[*switches(self.flags), *(["--no-sandbox"] if is_root else [])],
            timeout=60_000,
        )


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
