"""A task's page as the agent's environment: seed -> started episode -> observations, reward."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from domprune.episode import Observation
from domprune.miniwob import episode
from domprune.miniwob.oracle_planner import inject
from domprune.miniwob.types import Task
from domprune.page.browser import Browser, Page, bounded
from domprune.page.errors import PageError, PageGone, PageTimeout
from domprune.page.live import extract
from domprune.types import Action, Executed, Snapshot

_HIDE = "style => { document.getElementById('query')?.style.setProperty('visibility', style); }"


class Execute(Protocol):
    """Carries out an action on a page; `domprune.act.execute`."""

    def __call__(
        self, page: Page, snapshot: Snapshot, action: Action, *, press_enter: bool
    ) -> Executed:
        """What became of it; never raises."""


class MiniWobEnvironment:
    """One episode of one task, on a page that may be used for many, one after the other.

    Implements `Environment`; `snapshot` is that of the last observation. As in the package, the
    instruction's own box is no part of the page that the agent reads, but is seen in its picture.
    """

    def __init__(self, browser: Browser, page: Page, execute: Execute, *, pictures: bool) -> None:
        """`pictures`: whether observations have a screenshot."""
        self.page = page
        self.snapshot = Snapshot("", "", (), 0)
        self._browser = browser
        self._execute = execute
        self._pictures = pictures

    def start(self, task: Task, address: str, seed: int, seconds: float, mode: str) -> str:
        """Load the task's page anew and start it; returns what is to be done.

        Raises PageError where the page does not load or the task does not get ready.
        """
        width, height = task.window
        with bounded(self._browser.seconds, self.page):
            self.page.set_viewport_size({"width": width, "height": height})
        self._browser.goto(self.page, f"{address}/{task.path}")
        inject(self.page)
        return episode.start(self.page, seed, seconds=seconds, mode=mode)

    def observe(self) -> Observation:
        """The page as it is now; once the episode has ended, nothing but its reward."""
        stands = episode.standing(self.page)
        if stands.done:
            over = Snapshot(self.page.url, "", (), 0)
            return Observation(snapshot=over, finished=True, reward=stands.raw)
        picture = self._browser.screenshot(self.page, full_page=False) if self._pictures else None
        with self._without_instruction():
            self.snapshot = extract(self.page)
        return Observation(snapshot=self.snapshot, screenshot=picture)

    def act(self, snapshot: Snapshot, action: Action, *, press_enter: bool) -> Executed:
        """Carry out an action on the page."""
        return self._execute(self.page, snapshot, action, press_enter=press_enter)

    def recover(self, error: PageError) -> str:
        """Go on where the page still answers; raises the error where it hangs or has gone."""
        if isinstance(error, (PageGone, PageTimeout)):
            raise error
        return "the page was looked at again"

    @contextmanager
    def _without_instruction(self) -> Iterator[None]:
        self._show_instruction("hidden")
        try:
            yield
        finally:
            self._show_instruction("visible")

    def _show_instruction(self, how: str) -> None:
        with bounded(self._browser.seconds, self.page):
            self.page.evaluate(_HIDE, how)
