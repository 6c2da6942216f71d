"""Figures of agents -> charts and report.html: WebClipper's tables 1 and 2 and its figure 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from common.eval import Interval
from common.report import (
    Cell,
    Column,
    Picture,
    Row,
    Section,
    Table,
    amount_cell,
    number,
    share_cell,
    write_report,
)
from trajprune.experiment.evaluation.compare import Arm

WIDTH = 720


def write_evaluation(arms: Sequence[Arm], max_rounds: int, folder: Path) -> list[Path]:
    """Write report.html and its charts (PNG) into the folder; return the paths, the page first."""
    charts = _charts(arms, max_rounds, folder / "charts")
    captions = {
        "rounds.png": "Rounds of the runs (WebClipper, figure 3 a).",
        "accuracy.png": "Share of runs that are right within a budget of rounds (figure 3 b).",
    }
    pictures = [
        Picture(charts[name], caption, WIDTH, f"charts/{name}")
        for name, caption in captions.items()
    ]
    sections = [
        Section("Agents", [_scores(arms), *([_differences(arms)] if len(arms) > 1 else [])]),
        Section("Rounds", [Row(pictures)]),
        Section("How much F-AE depends on Max_Rounds", [_budgets(arms)]),
    ]
    first = arms[0].scores
    subtitle = f"{first.questions} questions · {len(arms[0].by_seed)} seeds"
    page = write_report(folder / "report.html", "WebClipper: agents compared", sections, subtitle)
    return [page, *(folder / "charts" / name for name in charts)]


def _charts(arms: Sequence[Arm], max_rounds: int, folder: Path) -> Mapping[str, bytes]:
    from common.report import plots  # matplotlib takes half a second that a wrong setting waits for

    longest = min(max_rounds, max(max(arm.rounds) for arm in arms) + 1)
    curves = {
        arm.name: {float(b): arm.accuracy_within(b) for b in range(longest + 1)} for arm in arms
    }
    rounds = {arm.name: arm.rounds for arm in arms}
    return {
        "rounds.png": plots.histogram(folder / "rounds.png", rounds, "rounds of a run"),
        "accuracy.png": plots.line_curves(
            folder / "accuracy.png", curves, "budget of rounds", "accuracy"
        ),
    }


def _scores(arms: Sequence[Arm]) -> Table:
    columns = [
        Column("agent"), Column("Acc", numeric=True, note="%"), Column("Rounds", numeric=True),
        Column("Tokens", numeric=True, note="generated"), Column("F-AE", numeric=True, note="%"),
        Column("Acc by seed", numeric=True, note="%"), Column("made to answer", numeric=True),
        Column("failed", numeric=True),
    ]  # fmt: skip
    rows: list[list[Cell | str]] = [
        [
            arm.name, share_cell(arm.scores.accuracy), amount_cell(arm.scores.rounds),
            amount_cell(arm.scores.tokens), share_cell(arm.scores.f_ae),
            " ".join(f"{100 * one:.1f}" for one in arm.by_seed), str(arm.forced), str(arm.failed),
        ]
        for arm in arms
    ]  # fmt: skip
    return Table(
        columns, rows,
        f"Max_Rounds {arms[0].scores.max_rounds}; small print: 95 % intervals, bootstrap over"
        " questions. Made to answer: runs that reached a limit.",
    )  # fmt: skip


def _differences(arms: Sequence[Arm]) -> Table:
    columns = [Column(f"minus {arms[0].name}"), Column("Acc", numeric=True, note="points"),
               Column("Rounds", numeric=True), Column("Tokens", numeric=True)]  # fmt: skip
    rows: list[list[Cell | str]] = [
        [arm.name, _signed(arm.difference.accuracy, 100), _signed(arm.difference.rounds),
         _signed(arm.difference.tokens)]
        for arm in arms if arm.difference is not None
    ]  # fmt: skip
    return Table(columns, rows, "Run by run, question and seed alike; bootstrap over questions.")


def _signed(gap: Interval, by: float = 1.0) -> Cell:
    low, high = number(by * gap.low), number(by * gap.high)
    return Cell(f"{'+' if gap.mean > 0 else ''}{number(by * gap.mean)}", detail=f"{low} to {high}")


def _budgets(arms: Sequence[Arm]) -> Table:
    budgets = list(arms[0].scores.by_budget)
    columns = [Column("agent"), *(Column(str(b), numeric=True, note="%") for b in budgets)]
    rows: list[list[Cell | str]] = [
        [arm.name, *(share_cell(arm.scores.by_budget[b]) for b in budgets)] for arm in arms
    ]
    return Table(columns, rows, "F-AE at other budgets.")
