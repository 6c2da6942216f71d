"""Outcomes of MiniWoB++ -> report.html: agents side by side, every task, what is out of reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from common.eval import Interval
from common.report import (
    Block,
    Cell,
    Code,
    Column,
    Fold,
    Headline,
    Section,
    Table,
    Text,
    number,
    write_report,
)
from domprune.experiment.miniwob.figures import by_agent, by_task
from domprune.experiment.miniwob.outcome import MiniWobOutcome

MEANS = ("reward", "raw_reward", "success", "grounding", "grounding_by_task")
PARTS = {
    "": "all tasks",
    "_tuned_half": "tasks that were looked at",
    "_held_out_half": "tasks that were not",
    "_in_reach": "tasks within the oracle's reach",
}
ABOUT = (
    "reward: mean over episodes of the page's own reward, negative ones counted as 0. raw reward: "
    "the same in [-1, 1]; an episode that had not ended when the agent stopped has 0, as in the "
    "package. success: share of episodes with the whole reward. grounding: share of the oracle's "
    "steps that were grounded on a right element, over steps and as a mean of tasks. 95 % "
    "intervals, bootstrap over tasks."
)


def write_miniwob_report(
    outcomes: Sequence[MiniWobOutcome], metrics: Mapping[str, object], folder: Path
) -> Path:
    """Write report.html into the run's folder and return its path."""
    agents = {name: own for name, own in metrics.items() if isinstance(own, Mapping)}
    sections = [
        Section("In short", [_headline(agents), _agents(agents), Text(ABOUT, note=True)]),
        Section("Every task", [_tasks(outcomes)]),
        Section("Episodes that failed", _failures(outcomes)),
        Section("Out of reach", [_beyond(outcomes)]),
    ]
    return write_report(folder / "report.html", "MiniWoB++", sections)


def _headline(agents: Mapping[str, Mapping[str, object]]) -> Headline:
    figures = []
    for name, own in agents.items():
        figures.append(Cell(_share(own["reward"]), f"mean reward, {name}"))
        if "grounding" in own:
            figures.append(Cell(_share(own["grounding"]), f"of the steps grounded right, {name}"))
    return Headline(figures)


def _agents(agents: Mapping[str, Mapping[str, object]]) -> Table:
    rows: list[list[str]] = [
        [name, title, *(_share(own.get(f"{mean}{part}")) for mean in MEANS)]
        for name, own in agents.items()
        for part, title in PARTS.items()
        if f"reward{part}" in own
    ]
    titles = [mean.replace("_", " ") for mean in MEANS]
    columns = [Column("agent"), Column("over"), *(Column(one, numeric=True) for one in titles)]
    return Table(columns, rows)


def _share(value: object) -> str:
    if not isinstance(value, Interval):
        return "-"
    return f"{100 * value.mean:.1f} % ({100 * value.low:.0f}–{100 * value.high:.0f})"


def _tasks(outcomes: Sequence[MiniWobOutcome]) -> Table:
    rows: list[list[Cell | str]] = []
    for task, episodes in by_task(outcomes).items():
        for agent, own in by_agent(episodes).items():
            rows.append([Cell(task, own[0].said[:120]), agent, own[0].half, *_figures(own)])
    titles = ("reward", "raw", "success", "grounded", "steps", "failed", "seconds", "tokens")
    columns = [*map(Column, ("task", "agent", "half"))]
    return Table([*columns, *(Column(title, numeric=True) for title in titles)], rows)


def _figures(own: Sequence[MiniWobOutcome]) -> list[Cell | str]:
    count = len(own)
    measured = sum(one.measured for one in own)
    return [
        f"{sum(one.reward for one in own) / count:.2f}",
        f"{sum(one.raw for one in own) / count:.2f}",
        f"{sum(one.success for one in own)}/{count}",
        f"{sum(one.grounded for one in own)}/{measured}" if measured else "-",
        number(sum(one.steps for one in own) / count),
        number(sum(one.failed_steps for one in own) / count),
        number(sum(one.seconds for one in own) / count),
        number(sum(one.prompt_tokens for one in own) / count),
    ]


def _failures(outcomes: Sequence[MiniWobOutcome]) -> list[Block]:
    """One fold a task and agent: the steps of the first episode without the whole reward."""
    folds: list[Block] = []
    for task, episodes in by_task(outcomes).items():
        for agent, own in by_agent(episodes).items():
            failed = next((one for one in own if not one.success), None)
            if failed is not None:
                told = "\n".join([failed.said, "", *failed.lines])
                detail = f"{agent}, seed {failed.seed}: {failed.ending}, raw reward {failed.raw:g}"
                folds.append(Fold(task, [Code(told)], detail=detail))
    return folds or [Text("None.")]


def _beyond(outcomes: Sequence[MiniWobOutcome]) -> Table:
    reasons = dict.fromkeys((one.task, one.beyond) for one in outcomes if one.beyond)
    return Table([Column("task"), Column("why")], [list(pair) for pair in reasons])
