"""A browser with the page in front: tabs, dialogs, downloads, crashes -> always a page to go on."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Protocol, Self

from domprune.episode import Observation
from domprune.hide import hidden_snapshot, hide_of, hiding_in_errors
from domprune.interfaces import Guard
from domprune.page.browser import (
    Browser,
    BrowserContext,
    Dialog,
    Download,
    FileChooser,
    Page,
    PlaywrightTimeout,
    ProtocolError,
    bounded,
    ignoring_page_errors,
)
from domprune.page.errors import PageError, PageGone, PageTimeout
from domprune.page.hands import viewport_corner
from domprune.page.live import extract
from domprune.page.shown import shown_text
from domprune.types import Action, Executed, Snapshot

SCREEN = (1280, 1080)
"""The viewport; its screenshots are as tall as those that planners were trained on (B.1)."""
BLANK = "about:blank"
LOOKS, ARRIVING_MILLISECONDS = 4, 150
"""How often a page that navigates by itself is read, and how long it is given in between."""
TIDY_LOOKS = 20
"""After so many looks the page collects its garbage: left alone, a renderer keeps the documents
that were left behind, and twice as much memory, until the session rests."""

_SAID = 100
"""Characters of a dialog's words that are told."""


class Execute(Protocol):
    """Carries out an action on a page; `domprune.act.execute`."""

    def __call__(
        self,
        page: Page,
        snapshot: Snapshot,
        action: Action,
        *,
        guard: Guard | None,
        press_enter: bool,
    ) -> Executed:
        """What became of it; never raises."""


class Session:
    """One browser, one set of cookies and the page in front, on which a task is done.

    Implements `Environment`. Native dialogs are accepted and downloads and uploads refused, each
    with a note; a new tab or window comes to the front, and when it is closed the one before it. A
    page that hangs or has crashed is opened again at its last address; cookies are kept, also
    where the whole browser died. Nothing that is told of the page holds the guard's secrets. Close
    it, or use `with`, before the browser.
    """

    def __init__(
        self,
        browser: Browser,
        execute: Execute,
        *,
        guard: Guard | None = None,
        viewport: tuple[int, int] = SCREEN,
        screenshots: bool = True,
    ) -> None:
        """Open an empty page; `browser` is started, `screenshots` say if observations have one."""
        if viewport[1] > SCREEN[1]:
            raise ValueError(f"viewport is {viewport[1]} pixels tall; at most {SCREEN[1]}")
        self._browser = browser
        self._execute = execute
        self._guard = guard
        self._hide = hide_of(guard)
        self._viewport = viewport
        self._screenshots = screenshots
        self._notes: list[str] = []
        self._pages: list[Page] = []
        self._crashed: set[Page] = set()
        self._looks = 0
        self._address = BLANK
        self._cookies: Sequence[Any] = ()
        self._profile = self._open_profile()

    def __enter__(self) -> Self:
        """The session itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all of its pages."""
        with ignoring_page_errors(), bounded(self._browser.seconds):
            self._profile.close()

    @property
    def page(self) -> Page:
        """The page in front: the newest one that is still open."""
        while len(self._pages) > 1 and self._pages[-1].is_closed():
            self._crashed.discard(self._pages.pop())
            self._notes.append("the tab was closed; the one before it is in front")
        return self._pages[-1]

    def open(self, url: str) -> None:
        """Show what lies at an address; raises `PageError` where it cannot be opened."""
        self._address = url
        with hiding_in_errors(self._hide), bounded(self._browser.seconds + 1, self.page):
            self.page.goto(url, wait_until="load")

    def observe(self) -> Observation:
        """The page in front as it is now, with a picture of its viewport unless it shows a secret.

        A page that navigates by itself while it is read is read again, where it has arrived. Raises
        `PageError` where it cannot be read in time.
        """
        with hiding_in_errors(self._hide):
            for _ in range(LOOKS - 1):
                try:
                    return self._look(self.page)
                except PageGone:
                    if self.page in self._crashed or self.page.is_closed():
                        raise
                with bounded(self._browser.seconds, self.page):
                    self.page.wait_for_timeout(ARRIVING_MILLISECONDS)
            return self._look(self.page)

    def act(self, snapshot: Snapshot, action: Action, *, press_enter: bool) -> Executed:
        """Carry out an action on the page in front."""
        return self._execute(
            self.page, snapshot, action, guard=self._guard, press_enter=press_enter
        )

    def recover(self, error: PageError) -> str:
        """Open the page again where it hangs or is gone; returns what was done, in words.

        Raises `PageError` where not even a new browser shows an empty page.
        """
        if not isinstance(error, (PageGone, PageTimeout)):
            return "the page was looked at again"
        address = self._address
        try:
            self._renew_page()
            how = "the page was opened again"
        except PageError:
            self._browser.restart()
            self._profile = self._open_profile()
            how = "the browser was started again"
        try:
            self.open(address)
        except PageError as again:
            self._renew_page()
            return self._hide(f"{how}, and {address} did not load: {again}")
        return how

    def _look(self, page: Page) -> Observation:
        if page in self._crashed or page.is_closed():
            raise PageGone("the page crashed: open it again")
        with bounded(self._browser.seconds, page), suppress(PlaywrightTimeout):
            page.wait_for_load_state("domcontentloaded")
        snapshot = extract(page)
        left, top = viewport_corner(page) if self._screenshots else (0.0, 0.0)
        told = hidden_snapshot(snapshot, self._hide)
        picture = None
        if told is not snapshot or self._shows_secret(page):
            self._notes.append("the page shows a secret: no picture was taken")
        elif self._screenshots:
            picture = self._browser.screenshot(page, full_page=False)
        self._remember(page)
        self._tidy(page)
        notes, self._notes = tuple(map(self._hide, self._notes)), []
        return Observation(snapshot=told, screenshot=picture, left=left, top=top, notes=notes)

    def _shows_secret(self, page: Page) -> bool:
        """Whether a picture would show a secret in the page's plain text."""
        guard = self._guard if self._screenshots else None
        return guard is not None and guard.shows(shown_text(page))

    def _renew_page(self) -> None:
        """Put an empty page in the place of the one in front."""
        old = self._pages.pop()
        self._crashed.discard(old)
        self._browser.close(old)
        behind, notes = list(self._pages), list(self._notes)
        fresh = self._browser.new_page(self._profile)
        # The page came as a new tab would, and so did any that was asked for before.
        late = [page for page in self._pages if page is not fresh and page not in behind]
        self._pages[:], self._notes[:] = [*behind, fresh], notes
        for page in late:
            self._crashed.discard(page)
            self._browser.close(page)

    def _open_profile(self) -> BrowserContext:
        """Return a profile with an empty page and the last known cookies."""
        profile = self._browser.profile(self._viewport)
        self._pages.clear()
        self._crashed.clear()
        profile.on("page", self._came)
        if self._cookies:
            with bounded(self._browser.seconds):
                profile.add_cookies(self._cookies)
        self._browser.new_page(profile)
        return profile

    def _remember(self, page: Page) -> None:
        """Note where the page is and its cookies, for when it is gone."""
        self._address = page.url
        with bounded(self._browser.seconds, page):
            self._cookies = self._profile.cookies()

    def _tidy(self, page: Page) -> None:
        self._looks += 1
        if self._looks % TIDY_LOOKS == 0:
            with bounded(self._browser.seconds, page):
                page.request_gc()

    def _came(self, page: Page) -> None:
        """Bring a new tab or window to the front, and listen to it."""
        if self._pages and not self._pages[-1].is_closed():
            self._notes.append("a new tab was opened and is in front")
        self._pages.append(page)
        page.on("crash", self._note_crash)
        page.on("dialog", self._answer)
        page.on("download", self._refuse_download)
        page.on("filechooser", self._refuse_upload)

    def _note_crash(self, page: Page) -> None:
        self._crashed.add(page)

    def _answer(self, dialog: Dialog) -> None:
        said = self._hide(dialog.message)[:_SAID]
        self._notes.append(f"the page's {dialog.type} {said!r} was accepted")
        with suppress(ProtocolError):  # its page has been closed
            dialog.accept(dialog.default_value)

    def _refuse_download(self, download: Download) -> None:
        self._notes.append("a download was refused")

    def _refuse_upload(self, chooser: FileChooser) -> None:
        self._notes.append("a file upload was refused")
