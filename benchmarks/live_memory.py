"""Memory over many steps in one session, beside plain Playwright taking the same steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from multiprocessing import get_context

from benchmarks.live_agent import LONG_PAGE, LONG_STEPS, STAYING, agent, session_on, shop
from benchmarks.live_plain import page_on, plain_steps
from benchmarks.live_processes import PARTS, megabytes_by_part

from domprune.live.loop import Limits, drive
from domprune.types import SubTask

EVERY = 5
"""The memory is read at every so manieth step."""
BLOCK = 50
"""Of so many steps' readings the least counts for the slope: garbage comes and goes."""
WARM, STRETCH = 100, 500
"""Steps of warming up, and steps that the issue asks about: memory is to be flat over them."""
SHORTEST = WARM + STRETCH
REST_SECONDS = 60
"""So long without a step, and Chromium and the driver have collected most of their garbage."""

Megabytes = Mapping[str, float]
Figures = dict[str, float]


@dataclass(slots=True)
class Readings:
    """What one run held: at every `EVERY`-th step, and after a rest before and after a stretch.

    `failed` counts steps that did not do what they should.
    """

    running: list[Megabytes] = field(default_factory=list)
    resting: list[Megabytes] = field(default_factory=list)
    failed: int = 0

    def note(self, number: int) -> None:
        """Read the memory after a step if it is time."""
        if number % EVERY == 0:
            self.running.append(_with_all(megabytes_by_part()))
        if number >= WARM and (number - WARM) % STRETCH == 0:
            time.sleep(REST_SECONDS)
            self.resting.append(_with_all(megabytes_by_part()))


def measure_memory(steps: int) -> dict[str, object]:
    """Take many steps with the agent and beside it by plain Playwright, each in its own processes.

    The agent also takes those that stay on one page: what else a step leaves behind. The shop is
    served by this process, which counts for none of them. Told are, part by part, the slope once
    warm, in MB a stretch with a 95 % interval, and what is held after a minute's rest before and
    after each stretch.
    """
    beside = ProcessPoolExecutor(len(RUNS), get_context("spawn"), max_tasks_per_child=1)
    with shop() as address, beside:
        url = f"{address}/{LONG_PAGE}"
        runs = {name: beside.submit(run, url, steps) for name, run in RUNS.items()}
        told = {name: _told(name, run.result()) for name, run in runs.items()}
    return {"steps": steps, **told}


def _run_agent(url: str, steps: int, asked: Sequence[SubTask] = LONG_STEPS) -> Readings:
    """The agent with rules for every role."""
    readings = Readings()
    with session_on(url) as session:
        limits = Limits(steps=steps, seconds=7200)
        ended = drive("run", session, agent(asked), limits, lambda step: readings.note(step.number))
    if len(ended.steps) < steps:
        raise RuntimeError(f"the run ended after {len(ended.steps)} steps: {ended.ending}")
    readings.failed = sum(not step.ok for step in ended.steps)
    return readings


def _run_staying(url: str, steps: int) -> Readings:
    """The agent again, without the steps that lead to another page and back."""
    return _run_agent(url, steps, LONG_STEPS[:STAYING])


def _run_plain(url: str, steps: int) -> Readings:
    """The same steps by Playwright's own locators: what it and Chromium take by themselves."""
    readings = Readings()
    with page_on(url) as page:
        cycle = plain_steps(page)
        for number in range(steps):
            cycle[number % len(cycle)]()
            readings.note(number + 1)
    return readings


RUNS: Mapping[str, Callable[[str, int], Readings]] = {
    "agent": _run_agent, "plain": _run_plain, "staying": _run_staying,
}  # fmt: skip


def _told(name: str, readings: Readings) -> dict[str, object]:
    """Print one run's figures part by part and return them."""
    parts = {}
    for part in (*PARTS, "all"):
        slope = slope_per_stretch([one[part] for one in readings.running])
        rested = [one[part] for one in readings.resting]
        growth = [after / before for before, after in pairwise(rested)]
        parts[part] = {**slope, "rested": rested, "growth": growth}
        print(
            f"{name:7} {part:8} {slope['slope']:+6.1f} MB in {STRETCH} steps "
            f"({slope['low']:+.1f} to {slope['high']:+.1f}); at rest "
            f"{' '.join(f'{one:.0f}' for one in rested)} ({_three(growth)})"
        )
    curve = least([one["all"] for one in readings.running], 100)
    print(f"{name:7} least of each hundred steps: {' '.join(f'{one:.0f}' for one in curve)}")
    return {"failed_steps": readings.failed, "curve": curve, "parts": parts}


def least(readings: Sequence[float], steps: int) -> list[float]:
    """Return the least reading of each so many steps."""
    size = steps // EVERY
    return [min(readings[at : at + size]) for at in range(0, len(readings) - size + 1, size)]


def slope_per_stretch(readings: Sequence[float]) -> Figures:
    """Return the slope of all readings once warm in MB a stretch, with its 95 % interval.

    It is the least-squares line through the least reading of each block, the interval Student's.
    """
    from scipy import stats  # here: the processes that are measured import this file, too

    floors = least(readings[WARM // EVERY :], BLOCK)
    line = stats.linregress([BLOCK * number / STRETCH for number in range(len(floors))], floors)
    margin = stats.t.ppf(0.975, len(floors) - 2) * line.stderr
    return {
        "slope": float(line.slope), "low": float(line.slope - margin),
        "high": float(line.slope + margin),
    }  # fmt: skip


def _three(ratios: Sequence[float]) -> str:
    return ", ".join(f"{ratio:.3f}" for ratio in ratios)


def _with_all(parts: Mapping[str, float]) -> Megabytes:
    return {**parts, "all": sum(parts.values())}
