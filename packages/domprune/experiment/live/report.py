"""Outcomes of live tasks -> report.html: planners side by side, every task with its trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from common.eval import Interval
from common.report import Cell, Column, Headline, Section, Table, number, write_report
from domprune.experiment.live.outcomes import LiveOutcome

AMOUNTS = ("steps", "failed_steps", "seconds", "prompt_tokens", "overhead_ms")


def write_live_report(
    outcomes: Sequence[LiveOutcome], metrics: Mapping[str, object], folder: Path
) -> Path:
    """Write report.html into the run's folder and return its path."""
    planners = {name: own for name, own in metrics.items() if isinstance(own, Mapping)}
    sections = [
        Section("In short", [_headline(planners), _planners(planners)]),
        Section("Every task", [_tasks(outcomes)]),
    ]
    return write_report(folder / "report.html", "Prune4Web live", sections)


def _headline(planners: Mapping[str, Mapping[str, object]]) -> Headline:
    figures = [
        Cell(_share(own["success"]), f"of the tasks done, {name}")
        for name, own in planners.items()
        if "success" in own
    ]
    tasks = max(int(str(own["tasks"])) for own in planners.values())
    return Headline([*figures, Cell(str(tasks), "tasks")])


def _planners(planners: Mapping[str, Mapping[str, object]]) -> Table:
    shares = ("success", "success_steps", "success_goal")
    titles = ("done", "steps told", "goal told")
    columns = [Column("planner"), *(Column(title, numeric=True) for title in titles)]
    columns += [Column(name.replace("_", " "), numeric=True) for name in AMOUNTS]
    rows = [
        [name, *(_share(own.get(share)) for share in shares)]
        + [number(float(str(own[amount]))) for amount in AMOUNTS]
        for name, own in planners.items()
    ]
    return Table(columns, rows, "Shares with 95 % intervals; overhead: median of a step, no model.")


def _share(value: object) -> str:
    if not isinstance(value, Interval):
        return "-"
    return f"{100 * value.mean:.1f} % ({100 * value.low:.0f}–{100 * value.high:.0f})"


def _tasks(outcomes: Sequence[LiveOutcome]) -> Table:
    said = {True: "done", False: "not done", None: "not judged"}
    rows: list[list[Cell | str]] = [
        [
            Cell(one.task, link=one.trace), one.planner, one.told,
            Cell(said[one.done], one.reason[:200]), one.ending, str(one.steps),
            number(one.seconds), number(one.prompt_tokens),
        ]
        for one in outcomes
    ]  # fmt: skip
    titles = ("task", "planner", "told", "outcome", "ending")
    numeric = ("steps", "seconds", "prompt tokens")
    columns = [*map(Column, titles), *(Column(title, numeric=True) for title in numeric)]
    return Table(columns, rows, "A task's name leads to its trace.")
