"""Many steps in one session, and many crashes: what memory and processes they leave behind."""

from __future__ import annotations

import os
import signal
import statistics
import time
from collections.abc import Sequence

from benchmarks.live_agent import LONG_PAGE, LONG_STEPS, agent, opened
from benchmarks.live_processes import PARTS, browsers, chromiums, megabytes_by_part, renderers

from domprune.episode import Step
from domprune.live.loop import Limits, drive
from domprune.live.session import Session
from domprune.page.errors import PageError

EVERY = 5
"""The memory is read at every so manieth step."""


def measure_memory(steps: int) -> dict[str, object]:
    """Take many steps in one session; compare the last fifth's memory with the second fifth's."""
    readings: list[dict[str, float]] = []

    def note(step: Step) -> None:
        if step.number % EVERY == 0:
            readings.append(megabytes_by_part())

    with opened(LONG_PAGE) as session:
        limits = Limits(steps=steps, seconds=3600)
        ended = drive("run", session, agent(LONG_STEPS), limits, note)
    fifth = len(readings) // 5
    early, late = readings[fifth : 2 * fifth], readings[4 * fifth :]
    parts = {part: _compared([one[part] for one in early], [one[part] for one in late])
             for part in PARTS}  # fmt: skip
    parts["all"] = _compared([sum(one.values()) for one in early],
                             [sum(one.values()) for one in late])  # fmt: skip
    for part, figures in parts.items():
        print(f"{part:8}" + ", ".join(f"{name} {value:,.3g}" for name, value in figures.items()))
    failed = sum(not step.ok for step in ended.steps)
    return {
        "steps": len(ended.steps), "failed_steps": failed, "ending": str(ended.ending),
        "megabytes": parts, "memory_growth": parts["all"]["growth"],
    }  # fmt: skip


def _compared(early: Sequence[float], late: Sequence[float]) -> dict[str, float]:
    """Return the medians of early and late readings, and how far the early ones lie apart."""
    first, last = statistics.median(early), statistics.median(late)
    return {
        "early": first, "early_least": min(early), "early_most": max(early),
        "late": last, "growth": last / first,
    }  # fmt: skip


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
