"""The live agent without its models: overhead of a step, memory over many steps, crashes.

    python -m benchmarks.live [--steps 60] [--long 1100] [--crashes 100]

Overhead: steps with rules for every role: extract + filter + score + prune + act, in which the wait
for the page to come to rest is included. They are taken on real pages of 1,500 to 11,000 tags, a
click and an entry into one of their fields in turn (needs the measurement data), and on the sample
site's two large pages (6,700 and 6,900 elements), a click, an entry and a choice. The clock is what
counts; on a machine that others keep busy it says little, so the processor time of Python and
Chromium is told beside it. `--long` takes that many steps in one session, and the same by
Playwright alone, and reads the memory of Python, Playwright's driver, the pages and the rest of
Chromium on the way, and, without the garbage that waits to be collected, after rests of a minute
before and after every 500 steps. `--crashes` kills
renderers and whole browsers in turn, lets the session recover, and counts what is left when it is
closed. Each of the three has its own file results/live_NAME.json; `--steps 0` leaves the first out.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.extraction_pages import big_pages, served, unpack
from benchmarks.live_agent import STEPS, agent, opened
from benchmarks.live_crashes import measure_crashes
from benchmarks.live_memory import SHORTEST, measure_memory
from benchmarks.live_processes import milliseconds_since, processor_ticks
from benchmarks.record import save

from domprune.act import execute
from domprune.episode import Step
from domprune.experiment.gather import measurement_data
from domprune.live.loop import Limits, drive
from domprune.live.session import Session
from domprune.page.browser import Browser
from domprune.roles.grounder_rules import takes
from domprune.trace.page import overhead
from domprune.types import ActionType, Element, SubTask

BARS = {"overhead_ms_median": 300.0, "overhead_ms_p95": 1000.0, "memory_growth": 1.03, "leaked": 0}
WARM = 4
"""First steps of a session that are not timed: the browser compiles and caches."""
REAL_TAGS = (1500, 11000)
REAL_STEPS = 4


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
    before = processor_ticks()
    limits = Limits(steps=steps, seconds=600, failures=steps)
    taken = drive("measure", session, agent(asked), limits).steps
    return Timed(taken, milliseconds_since(before) / len(taken))


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


def main() -> None:
    """Measure what is asked for, print it and write a file of results/ for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--steps", type=int, default=60, help="steps that are timed; 0: none")
    parser.add_argument("--long", type=int, default=0, help="steps of the memory run; 0: none")
    parser.add_argument("--crashes", type=int, default=0, help="forced crashes; 0: none")
    asked = parser.parse_args()
    if 0 < asked.long < SHORTEST:
        parser.error(f"--long needs {SHORTEST} steps or more, 100 to warm up, not {asked.long}")
    measures: Sequence[tuple[str, int, Callable[[int], object]]] = (
        ("overhead", asked.steps, measure_overhead),
        ("memory", asked.long, measure_memory),
        ("crashes", asked.crashes, measure_crashes),
    )
    for name, amount, measure in measures:
        if amount:
            result = {"bars": BARS, name: measure(amount)}
            print(save(f"live_{name}", ["playwright", "selectolax", "numpy"], result))


if __name__ == "__main__":
    main()
