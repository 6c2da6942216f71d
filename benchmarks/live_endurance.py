"""Many steps in one session, and many crashes: what memory and processes they leave behind."""

from __future__ import annotations

import os
import signal
import statistics
import time

from benchmarks.live_agent import LONG_PAGE, LONG_STEPS, agent, opened
from benchmarks.live_processes import browsers, chromiums, megabytes, renderers

from domprune.episode import Step
from domprune.live.loop import Limits, drive
from domprune.live.session import Session
from domprune.page.errors import PageError


def measure_memory(steps: int) -> dict[str, object]:
    """Take many steps in one session; compare the memory early and late."""
    python, chromium = [], []

    def note(step: Step) -> None:
        if step.number % 10 == 0:
            python.append(megabytes(os.getpid()))
            chromium.append(sum(map(megabytes, chromiums())))

    with opened(LONG_PAGE) as session:
        limits = Limits(steps=steps, seconds=3600)
        ended = drive("run", session, agent(LONG_STEPS), limits, note)
    early, late = len(python) // 5, 4 * len(python) // 5
    result: dict[str, object] = {"steps": len(ended.steps)}
    for name, readings in (("python", python), ("chromium", chromium)):
        first, last = (
            statistics.median(readings[early : 2 * early]), statistics.median(readings[late:])
        )  # fmt: skip
        result |= {f"{name}_mb_early": first, f"{name}_mb_late": last}
        print(f"{name}: {first:.0f} MB after a fifth, {last:.0f} MB at the end")
    total = [one + other for one, other in zip(python, chromium, strict=True)]
    growth = statistics.median(total[late:]) / statistics.median(total[early : 2 * early])
    print(f"growth {growth:.3f} over {len(ended.steps)} steps")
    return {**result, "ending": str(ended.ending), "memory_growth": growth}


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
