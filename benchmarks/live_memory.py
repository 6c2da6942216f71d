"""Memory over many steps in one session, beside plain Playwright taking the same steps."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

from benchmarks.live_agent import LONG_PAGE, LONG_STEPS, agent, session_on, shop
from benchmarks.live_plain import page_on, plain_steps
from benchmarks.live_processes import PARTS, megabytes_by_part

from domprune.live.loop import Limits, drive

EVERY = 5
"""The memory is read at every so manieth step."""
BLOCK = 50
"""Of so many steps' readings the least counts for the slope: garbage comes and goes."""
SHORTEST = 300
"""Steps that a run needs, so that its second half has three blocks."""
REST_SECONDS = 60
"""So long without a step, and Chromium and the driver have collected most of their garbage."""

Megabytes = Mapping[str, float]
Figures = dict[str, float]


@dataclass(slots=True)
class Readings:
    """What one run held: at every `EVERY`-th step, and after a rest at two fifths and at the end.

    `failed` counts steps that did not do what they should.
    """

    steps: int
    running: list[Megabytes] = field(default_factory=list)
    resting: list[Megabytes] = field(default_factory=list)
    failed: int = 0

    def note(self, number: int) -> None:
        """Read the memory after a step if it is time."""
        if number % EVERY == 0:
            self.running.append(_with_all(megabytes_by_part()))
        if number in (2 * self.steps // 5, self.steps):
            time.sleep(REST_SECONDS)
            self.resting.append(_with_all(megabytes_by_part()))


def measure_memory(steps: int) -> dict[str, object]:
    """Take many steps with the agent and with plain Playwright, each in processes of its own.

    The shop is served by this process, which counts for neither.
    Told are, part by part, the slope over the second half in MB a hundred steps, with a 95 %
    interval, and what the last fifth holds beside the second fifth: while it runs, garbage that
    waits to be collected included, and after a minute's rest.
    """
    alone = ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1)
    with shop() as address, alone:
        url = f"{address}/{LONG_PAGE}"
        runs = {name: alone.submit(run, url, steps).result() for name, run in RUNS.items()}
    told = {name: _told(name, readings) for name, readings in runs.items()}
    return {"steps": steps, **told}


def _run_agent(url: str, steps: int) -> Readings:
    """The agent with rules for every role."""
    readings = Readings(steps)
    with session_on(url) as session:
        limits = Limits(steps=steps, seconds=7200)
        ended = drive(
            "run", session, agent(LONG_STEPS), limits, lambda step: readings.note(step.number)
        )
    if len(ended.steps) < steps:
        raise RuntimeError(f"the run ended after {len(ended.steps)} steps: {ended.ending}")
    readings.failed = sum(not step.ok for step in ended.steps)
    return readings


def _run_plain(url: str, steps: int) -> Readings:
    """The same steps by Playwright's own locators: what it and Chromium take by themselves."""
    readings = Readings(steps)
    with page_on(url) as page:
        cycle = plain_steps(page)
        for number in range(steps):
            cycle[number % len(cycle)]()
            readings.note(number + 1)
    return readings


RUNS: Mapping[str, Callable[[str, int], Readings]] = {"agent": _run_agent, "plain": _run_plain}


def _told(name: str, readings: Readings) -> dict[str, object]:
    """Print one run's figures part by part and return them."""
    fifth = len(readings.running) // 5
    early, late = readings.running[fifth : 2 * fifth], readings.running[4 * fifth :]
    parts = {}
    for part in (*PARTS, "all"):
        slope = slope_per_hundred([one[part] for one in readings.running])
        running = _compared([one[part] for one in early], [one[part] for one in late])
        resting = _compared(*([one[part]] for one in readings.resting))
        parts[part] = {"slope": slope, "running": running, "resting": resting}
        print(
            f"{name:6} {part:8} {slope['slope']:+6.2f} MB a hundred steps "
            f"({slope['low']:+.2f} to {slope['high']:+.2f}); running {_line(running)}; "
            f"at rest {_line(resting)}"
        )
    curve = least([one["all"] for one in readings.running], 100)
    print(f"{name:6} least of each hundred steps: {' '.join(f'{one:.0f}' for one in curve)}")
    return {"failed_steps": readings.failed, "curve": curve, "parts": parts}


def least(readings: Sequence[float], steps: int) -> list[float]:
    """Return the least reading of each so many steps."""
    size = steps // EVERY
    return [min(readings[at : at + size]) for at in range(0, len(readings) - size + 1, size)]


def slope_per_hundred(readings: Sequence[float]) -> Figures:
    """Return the slope of the second half in MB a hundred steps, with its 95 % interval.

    It is the least-squares line through the least reading of each block, the interval Student's.
    """
    from scipy import stats  # here: the processes that are measured import this file, too

    floors = least(readings[len(readings) // 2 :], BLOCK)
    line = stats.linregress([BLOCK * number / 100 for number in range(len(floors))], floors)
    margin = stats.t.ppf(0.975, len(floors) - 2) * line.stderr
    return {
        "slope": float(line.slope), "low": float(line.slope - margin),
        "high": float(line.slope + margin),
    }  # fmt: skip


def _compared(early: Sequence[float], late: Sequence[float]) -> Figures:
    """Return the medians of early and late readings."""
    first, last = statistics.median(early), statistics.median(late)
    return {"early": first, "late": last, "growth": last / first}


def _line(compared: Figures) -> str:
    return f"{compared['early']:.0f} to {compared['late']:.0f} ({compared['growth']:.3f})"


def _with_all(parts: Mapping[str, float]) -> Megabytes:
    return {**parts, "all": sum(parts.values())}
