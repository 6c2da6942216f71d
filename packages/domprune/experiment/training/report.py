"""What a training was like -> charts and report.html in the run's folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import TYPE_CHECKING

from common.files import to_plain
from common.report import (
    Block,
    Cell,
    Column,
    Fold,
    Headline,
    Picture,
    Section,
    Table,
    amount_cell,
    number,
    write_report,
)
from common.run import Run
from common.training.types import Point, Trained
from domprune.train.reward import PARTS

if TYPE_CHECKING:
    from domprune.experiment.training.reinforce import Reinforced
    from domprune.experiment.training.rft import Prune4WebRft
    from domprune.experiment.training.sft import Prune4WebSft

POINTS_DRAWN = 40
"""Points of a curve at most; each is the mean of the steps around it."""
CHART_WIDTH = 720


def write_sft_report(settings: Prune4WebSft, trained: Mapping[str, Trained], run: Run) -> None:
    """Write report.html with each trainee's losses."""
    curves = {}
    for name, one in trained.items():
        curves[name] = smoothed(one.losses)
        if one.held_out:
            curves[f"{name}, held out"] = {p.step: p.value for p in one.held_out}
    sections = [
        Section("In short", [_losses(trained)]),
        Section("Loss", [_chart("loss", curves, "loss on the assistant's tokens", run)]),
        Section("Settings", [_settings(settings)]),
    ]
    _write("Prune4Web: supervised fine-tuning", sections, run)


def write_rft_report(settings: Prune4WebRft, finished: Reinforced, run: Run) -> None:
    """Write report.html with the three parts of the reward over the steps, and before and after."""
    curves = finished.trained.curves
    sampled = {part: smoothed(curves[f"reward/{part}"]) for part in PARTS}
    charts = [_chart("reward", sampled, "mean of a step's sampled answers", run)]
    if finished.pages:
        held_out = {
            part: {float(p.step): p.value for p in curves[f"eval_reward/{part}"]} for part in PARTS
        }
        charts.append(_chart("held-out", held_out, "mean of greedy answers to held-out steps", run))
    sections = [
        Section("In short", _found(finished, run.seed)),
        Section("Reward while learning", charts),
        Section("Settings", [_settings(settings)]),
    ]
    _write("Prune4Web: reinforcement fine-tuning", sections, run)


def smoothed(points: Sequence[Point]) -> dict[float, float]:
    """At most `POINTS_DRAWN` points of a curve, each the mean of about as many neighbours."""
    count = min(len(points), POINTS_DRAWN)
    borders = [len(points) * number // count for number in range(count + 1)] if count else []
    groups = [points[start:stop] for start, stop in pairwise(borders)]
    return {group[-1].step: sum(p.value for p in group) / len(group) for group in groups}


def _losses(trained: Mapping[str, Trained]) -> Table:
    columns = [
        Column("trainee"),
        Column("dialogues", numeric=True),
        Column("steps", numeric=True),
        Column("first loss", numeric=True),
        Column("last loss", numeric=True),
        Column("held out", numeric=True, note="last measured"),
        Column("minutes", numeric=True),
    ]
    rows: list[list[Cell | str]] = [
        [
            name,
            f"{one.rows:,}",
            f"{one.steps:,}",
            number(one.losses[0].value),
            number(one.losses[-1].value),
            number(one.held_out[-1].value) if one.held_out else "none",
            number(one.seconds / 60),
        ]
        for name, one in trained.items()
    ]
    return Table(columns, rows)


def _found(finished: Reinforced, seed: int) -> list[Block]:
    share = finished.reward_share
    cost = [] if share is None else [Cell(f"{100 * share:.1f} %", "of the time for the reward")]
    if not finished.pages:
        return [Headline([Cell(f"{finished.trained.steps}", "steps"), *cost])]
    before, after = finished.means(finished.before, seed), finished.means(finished.after, seed)
    gain = finished.gain(seed)
    figures = [
        Cell(f"{number(before['total'].mean)} → {number(after['total'].mean)}", "held-out reward"),
        Cell(f"{gain.mean:+.2f}", f"{gain.low:+.2f} to {gain.high:+.2f}"),
        *cost,
    ]
    columns = [Column("part"), Column("before", numeric=True), Column("after", numeric=True)]
    rows: list[list[Cell | str]] = [
        [part, amount_cell(before[part]), amount_cell(after[part])] for part in before
    ]
    said = f"Greedy answers to {before['total'].n} held-out steps; 95 % intervals over pages."
    return [Headline(figures), Table(columns, rows, said)]


def _chart(name: str, curves: Mapping[str, Mapping[float, float]], axis: str, run: Run) -> Block:
    from common.report import plots  # matplotlib takes half a second

    path = run.path("charts", f"{name}.png")
    data = plots.line_curves(path, curves, "optimiser step", axis)
    run.artifact(path)
    return Picture(data, width=CHART_WIDTH, file=f"charts/{name}.png")


def _settings(settings: Prune4WebSft | Prune4WebRft) -> Block:
    rows = [list(pair) for pair in _flat(asdict(settings))]
    return Fold("All settings", [Table([Column("setting"), Column("value")], rows)])


def _flat(values: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat += _flat(value, f"{prefix}{name}.")
        else:
            flat.append((prefix + name, str(to_plain(value))))
    return flat


def _write(title: str, sections: Sequence[Section], run: Run) -> None:
    path = write_report(run.path("report.html"), title, sections, f"seed {run.seed}")
    run.artifact(path)
    run.say(f"trained models lie in {run.folder}")
