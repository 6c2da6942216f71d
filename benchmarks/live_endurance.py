"""Many steps in one session, and many crashes: what memory and processes they leave behind."""

from __future__ import annotations

import os
import signal
import statistics
import time
from collections.abc import Mapping, Sequence

from benchmarks.live_agent import LONG_PAGE, LONG_STEPS, agent, opened
from benchmarks.live_processes import PARTS, browsers, chromiums, megabytes_by_part, renderers

from domprune.episode import Step
from domprune.live.loop import Limits, drive
from domprune.live.session import Session
from domprune.page.errors import PageError

EVERY = 5
"""The memory is read at every so manieth step."""
REST_SECONDS = 60
"""So long without a step, and Chromium and the driver have collected most of their garbage."""

Megabytes = Mapping[str, float]


def measure_memory(steps: int) -> dict[str, object]:
    """Take many steps in one session; compare the last fifth's memory with the second fifth's.

    Garbage that waits to be collected counts in these. What is held is told beside them: the
    memory after a minute's rest behind each of the two fifths.
    """
    readings: list[Megabytes] = []
    held: list[Megabytes] = []

    def note(step: Step) -> None:
        if step.number % EVERY == 0:
            readings.append(megabytes_by_part())
        if step.number in (2 * steps // 5, steps):
            time.sleep(REST_SECONDS)
            held.append(megabytes_by_part())

    with opened(LONG_PAGE) as session:
        limits = Limits(steps=steps, seconds=7200)
        ended = drive("run", session, agent(LONG_STEPS), limits, note)
    if len(ended.steps) < steps:
        raise RuntimeError(f"the run ended after {len(ended.steps)} steps: {ended.ending}")
    fifth = len(readings) // 5
    running = _by_part("running", readings[fifth : 2 * fifth], readings[4 * fifth :])
    resting = _by_part("at rest", held[:1], held[1:])
    return {
        "steps": steps, "failed_steps": sum(not step.ok for step in ended.steps),
        "ending": str(ended.ending), "megabytes": running, "megabytes_at_rest": resting,
        "memory_growth": running["all"]["growth"],
        "memory_growth_at_rest": resting["all"]["growth"],
    }  # fmt: skip


def _by_part(
    title: str, early: Sequence[Megabytes], late: Sequence[Megabytes]
) -> dict[str, dict[str, float]]:
    """Compare the readings part by part and in all, and print it."""
    parts = {part: _compared([one[part] for one in early], [one[part] for one in late])
             for part in PARTS}  # fmt: skip
    parts["all"] = _compared([sum(one.values()) for one in early],
                             [sum(one.values()) for one in late])  # fmt: skip
    for part, figures in parts.items():
        told = ", ".join(f"{name} {value:,.4g}" for name, value in figures.items())
        print(f"{title}, {part}: {told}")
    return parts


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
