"""One episode on a task's page: seed -> started task -> standing (the package's own protocol)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

from domprune.miniwob.types import Standing
from domprune.page.browser import Page, bounded
from domprune.page.errors import PageTimeout

SECONDS = 8.0
"""How long one call to the page may take."""
READY_SECONDS = 6.0
"""How long a task may take to set itself up."""
_POLL_SECONDS = 0.05

_START = """([seed, limit, mode]) => {
  if (limit) core.EPISODE_MAX_TIME = limit;
  core.endEpisode(0);
  Math.seedrandom(seed);
  core.setDataMode(mode);
  core.startEpisodeReal();
}"""
_READY = "() => WOB_TASK_READY === true"
_UTTERANCE = "() => { const said = core.getUtterance(); return said.utterance ?? said; }"
_FIELDS = "() => core.getUtterance().fields ?? {}"
_STANDING = """() => JSON.stringify({done: WOB_DONE_GLOBAL, raw: +WOB_RAW_REWARD_GLOBAL || 0,
  scaled: +WOB_REWARD_GLOBAL || 0, reason: String(WOB_REWARD_REASON ?? "")})"""


def start(page: Page, seed: int, *, seconds: float = 0.0, mode: str = "train") -> str:
    """Start the task on a page that has just loaded, wait until it is set up; return what to do.

    `seed` decides the problem; `seconds` replaces the page's own time limit (0: keep it). Raises
    PageTimeout where the task does not get ready, PageError where the page is none of the tasks'.
    """
    with bounded(SECONDS, page):
        page.evaluate(_START, [seed, round(1000 * seconds), mode])
    deadline = time.monotonic() + READY_SECONDS
    while not _ask(page, _READY):
        if time.monotonic() > deadline:
            raise PageTimeout(f"the task did not get ready within {READY_SECONDS:g} s")
        time.sleep(_POLL_SECONDS)
    return " ".join(str(_ask(page, _UTTERANCE)).split())


def fields(page: Page) -> Mapping[str, str]:
    """Return the values that the task's own page names in what is to be done; {} where it does not.

    They are for the log and the oracle: an agent is told the utterance alone.
    """
    said = _ask(page, _FIELDS)
    return {str(key): str(value) for key, value in said.items()} if isinstance(said, dict) else {}


def standing(page: Page) -> Standing:
    """Return where the episode stands."""
    said = json.loads(str(_ask(page, _STANDING)))
    if not said["done"]:
        return Standing(done=False)
    raw, scaled = (min(1.0, max(-1.0, float(said[key]))) for key in ("raw", "scaled"))
    return Standing(done=True, raw=raw, scaled=scaled, reason=said["reason"])


def _ask(page: Page, script: str) -> object:
    with bounded(SECONDS, page):
        return page.evaluate(script)
