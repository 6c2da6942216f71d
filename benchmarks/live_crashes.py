"""Many crashes in one session: whether it recovers, and what processes they leave behind."""

from __future__ import annotations

import os
import signal
import statistics
import time

from benchmarks.live_agent import LONG_PAGE, opened
from benchmarks.live_processes import browsers, chromiums, renderers

from domprune.live.session import Session
from domprune.page.errors import PageError


def measure_crashes(crashes: int) -> dict[str, object]:
    """Kill what runs, in turn a page's process and the whole browser; count what is left."""
    before = set(chromiums())
    recovered, seconds = 0, []
    with opened(LONG_PAGE) as session:
        for number in range(crashes):
            session.observe()
            victims = renderers() if number % 2 else browsers()
            for victim in victims:
                os.kill(victim, signal.SIGKILL)
            start = time.monotonic()
            recovered += _recovers(session)
            seconds.append(time.monotonic() - start)
    time.sleep(1)
    leaked = set(chromiums()) - before
    figures = {
        "crashes": crashes, "recovered": recovered, "leaked": len(leaked),
        "seconds_median": statistics.median(seconds), "seconds_max": max(seconds),
    }  # fmt: skip
    print("crashes: " + ", ".join(f"{name} {value:,.2f}" for name, value in figures.items()))
    return dict(figures)


def _recovers(session: Session) -> bool:
    """Whether the page can be read again after one recovery."""
    for _ in range(2):
        try:
            return len(session.observe().snapshot.elements) > 0
        except PageError as error:
            session.recover(error)
    return len(session.observe().snapshot.elements) > 0
