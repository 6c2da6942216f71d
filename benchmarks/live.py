"""The live agent without its models: overhead of a step, memory over many steps, crashes.

    python -m benchmarks.live [--steps 60] [--long 500] [--crashes 100] [--out FILE]

Overhead: steps with rules for every role: extract + filter + score + prune + act, in which the wait
for the page to come to rest is included. They are taken on real pages of 1,500 to 11,000 tags, a
click and an entry into one of their fields in turn (needs the measurement data), and on the sample
site's two large pages (6,700 and 6,900 elements), a click, an entry and a choice. The clock is what
counts; on a machine that others keep busy it says little, so the processor time of Python and
Chromium is told beside it. `--long` takes that many steps in one session and reads the memory of
Python and Chromium on the way. `--crashes` kills renderers and whole browsers in turn, lets the
session recover, and counts what is left when it is closed.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from benchmarks.extraction_pages import big_pages, served, unpack
from benchmarks.live_processes import (
    browsers,
    chromiums,
    megabytes,
    processor_milliseconds,
    renderers,
)
from benchmarks.record import save

from domprune.act import execute
from domprune.arms.order import by_score
from domprune.episode import Step
from domprune.experiment.gather import measurement_data
from domprune.live.loop import Agent, Limits, drive
from domprune.live.session import Session
from domprune.page.browser import Browser
from domprune.page.errors import PageError
from domprune.roles.filter_rules import RulesFilter
from domprune.roles.grounder_rules import RulesGrounder, takes
from domprune.sample import PAGES
from domprune.sample_live.database import Database
from domprune.sample_live.server import serving
from domprune.scoring.index import score
from domprune.scoring.settings import ScoringSettings
from domprune.trace.page import overhead
from domprune.types import ActionType, Element, Program, Pruned, SubTask

BARS = {"overhead_ms_median": 300.0, "overhead_ms_p95": 1000.0, "memory_growth": 1.1, "leaked": 0}
KEEP = 20
WARM = 4
"""First steps of a session that are not timed: the browser compiles and caches."""
STEPS = {
    "category.html": (
        SubTask(next_steps="Tick the checkbox Kettles", action_type=ActionType.CLICK,
                target_text="Kettles"),
        SubTask(next_steps="Type '40' in the field £ 189", action_type=ActionType.TYPE,
                target_text="£ 189", value="40"),
        SubTask(next_steps="Select 'Newest first' in the Sort list",
                action_type=ActionType.SELECT_OPTION, target_text="Sort", value="Newest first"),
    ),
    "thread.html": (
        SubTask(next_steps="Tick 'Mail me the answers'", action_type=ActionType.CLICK,
                target_text="Mail me the answers"),
        SubTask(next_steps="Type 'a softer belt' in the field 'Add what you know'",
                action_type=ActionType.TYPE, target_text="Add what you know",
                value="a softer belt"),
        SubTask(next_steps="Select 'Newest' in the list of 170 comments",
                action_type=ActionType.SELECT_OPTION, target_text="170 comments", value="Newest"),
    ),
}  # fmt: skip
REAL_TAGS = (1500, 11000)
REAL_STEPS = 4
LONG_PAGE = "checkout.html"
LONG_STEPS = (
    SubTask(next_steps="Type 'Ada' in the First name field", action_type=ActionType.TYPE,
            target_text="First name", value="Ada"),
    SubTask(next_steps="Select 'Norway' in the Country list",
            action_type=ActionType.SELECT_OPTION, target_text="Country", value="Norway"),
    SubTask(next_steps="Tick 'Fine to leave with a neighbour'", action_type=ActionType.CLICK,
            target_text="Fine to leave with a neighbour"),
    SubTask(next_steps="Click 'Back to the basket'", action_type=ActionType.CLICK,
            target_text="Back to the basket"),
    SubTask(next_steps="Click 'Go to checkout'", action_type=ActionType.CLICK,
            target_text="Go to checkout"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cycle:
    """Plans the same steps over and over."""

    steps: Sequence[SubTask]

    def plan(self, task: str, screenshot: bytes | None, history: Sequence[str]) -> SubTask:
        """The next one."""
        return self.steps[len(history) % len(self.steps)]


def rank(elements: Sequence[Element], program: Program) -> Pruned:
    """The best elements by the default scoring."""
    ranked = by_score(elements, score(elements, program, ScoringSettings()))
    return Pruned(ranked[:KEEP], len(ranked))


def agent(steps: Sequence[SubTask]) -> Agent:
    """Rules for every role, the steps over and over."""
    return Agent(
        planner=Cycle(steps), keyword_filter=RulesFilter(), rank=rank,
        grounder=RulesGrounder(),
    )  # fmt: skip


@contextmanager
def opened(page: str) -> Iterator[Session]:
    """A session on one of the sample's pages."""
    database = Database()
    with (
        serving(PAGES, database) as address,
        Browser(seconds=30) as browser,
        Session(browser, execute, screenshots=False) as session,
    ):
        session.open(f"{address}/{page}")
        yield session


def measure_overhead(steps: int) -> dict[str, object]:
    """Time steps on the sample's pages and on real ones; the quantiles are over each group."""
    sample = {page: _on_sample(page, max(1, steps // len(STEPS))) for page in STEPS}
    real = dict(_on_real_pages(REAL_STEPS))
    groups = {"sample": list(sample.values()), "real": list(real.values())}
    return {name: _quantiles(name, runs) for name, runs in groups.items() if runs}


@dataclass(frozen=True, slots=True)
class Timed:
    """The steps taken on one page, and the processor time that each took in the mean."""

    steps: tuple[Step, ...]
    processor_ms: float


def _on_sample(page: str, steps: int) -> Timed:
    with opened(page) as session:
        timed = _timed(session, STEPS[page], steps)
    _print_phases(page, timed)
    return timed


def _on_real_pages(steps: int) -> Iterator[tuple[str, Timed]]:
    """Time steps on each real page that has a field to click on and to type into."""
    with Browser(seconds=30) as browser:
        for path in big_pages(measurement_data(), *REAL_TAGS):
            with (
                served(unpack(path)) as url,
                Session(browser, execute, screenshots=False) as session,
            ):
                session.open(url)
                asked = _field_steps(session.observe().snapshot.elements)
                if asked:
                    timed = _timed(session, asked, steps)
                    _print_phases(path.name, timed)
                    yield path.name, timed


def _field_steps(elements: Sequence[Element]) -> list[SubTask]:
    """Steps on the first text field that has a name and lies in the viewport; none without one."""
    fields = (e for e in elements if takes(ActionType.TYPE, e) and e.name and e.in_viewport)
    field = next(fields, None)
    if field is None:
        return []
    click = SubTask(next_steps=f"Click the {field.name} field", action_type=ActionType.CLICK,
                    target_text=field.name)  # fmt: skip
    return [click, replace(click, action_type=ActionType.TYPE, value="kettle",
                           next_steps=f"Type 'kettle' in the {field.name} field")]  # fmt: skip


def _timed(session: Session, asked: Sequence[SubTask], steps: int) -> Timed:
    drive("warm up", session, agent(asked), Limits(steps=WARM, failures=WARM))
    start = processor_milliseconds()
    limits = Limits(steps=steps, seconds=600, failures=steps)
    taken = drive("measure", session, agent(asked), limits).steps
    return Timed(taken, (processor_milliseconds() - start) / len(taken))


def _quantiles(name: str, runs: Sequence[Timed]) -> dict[str, float]:
    spent = sorted(overhead(step) for run in runs for step in run.steps)
    figures = {
        "pages": len(runs),
        "steps": len(spent),
        "failed_steps": sum(not step.ok for run in runs for step in run.steps),
        "overhead_ms_median": statistics.median(spent),
        "overhead_ms_p95": spent[int(0.95 * (len(spent) - 1))],
        "overhead_ms_min": spent[0],
        "processor_ms_median": statistics.median(run.processor_ms for run in runs),
    }
    told = ", ".join(f"{key} {value:,.0f}" for key, value in figures.items())
    print(f"{name}: {told}")
    return figures


def _phases(steps: Sequence[Step]) -> dict[str, float]:
    names = steps[0].milliseconds
    return {n: statistics.median(step.milliseconds.get(n, 0.0) for step in steps) for n in names}


def _print_phases(page: str, timed: Timed) -> None:
    seen = timed.steps[-1].seen
    told = ", ".join(f"{name} {spent:.0f}" for name, spent in _phases(timed.steps).items())
    print(
        f"{page[:40]}, {seen.elements if seen else 0:,} candidates, medians in ms: {told}; "
        f"{timed.processor_ms:.0f} ms of the processor"
    )


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


def main() -> None:
    """Run what is asked for, print it and write results/live.json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--steps", type=int, default=60, help="steps that are timed")
    parser.add_argument("--long", type=int, default=0, help="steps of the memory run; 0: none")
    parser.add_argument("--crashes", type=int, default=0, help="forced crashes; 0: none")
    parser.add_argument("--out", default="live", help="name of the file in results/")
    asked = parser.parse_args()
    result: dict[str, object] = {"bars": BARS, "overhead": measure_overhead(asked.steps)}
    if asked.long:
        result["memory"] = measure_memory(asked.long)
    if asked.crashes:
        result["crashes"] = measure_crashes(asked.crashes)
    print(save(asked.out, ["playwright", "selectolax", "numpy"], result))


if __name__ == "__main__":
    main()
