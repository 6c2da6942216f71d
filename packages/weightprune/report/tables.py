"""Methods, rounds, layers, seconds -> tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

from common.report import Block, Cell, Column, Fold, Table, Text, number
from weightprune.report.charts import short_names
from weightprune.report.summary import Memory, MethodFigures, PruningSummary
from weightprune.types import Round

DASH = "\N{EN DASH}"
STAGES = {
    "profile": "sensitivities; input norms; gradients",
    "goals": "how sparse each layer would best be at the target: choosing",
    "passes": "the same: the model's passes on the search windows, there and back",
    "decide": "the policy",
    "prune": "copy of the touched layers, choice of weights, zeroing",
    "evaluate": "perplexity on the search windows",
}
CHOICES_SHOWN = 12

Rows: TypeAlias = list[list[Cell | str]]


def method_table(summary: PruningSummary) -> Table:
    """Every method's sparsity and test perplexity; the best pruned one stands out."""
    best = min((one.perplexity for one in summary.methods if not one.dense), default=math.inf)
    rows: Rows = [
        [
            Cell(one.name, detail=one.about),
            f"{100 * one.sparsity:.2f}",
            Cell(perplexity(one.perplexity), strong=not one.dense and one.perplexity <= best),
            _against_dense(one, summary.dense),
            DASH if one.change is None else percent(one.change),
            DASH if one.dense else number(one.seconds),
            DASH if one.dense else f"{one.evaluations:,.1f}",
        ]
        for one in summary.methods
    ]
    columns = [
        Column("method"),
        Column("sparsity", numeric=True, note="%"),
        Column("perplexity", numeric=True, note="per token, test"),
        Column("to dense", numeric=True, note="relative change"),
        Column("to best baseline", numeric=True, note="relative change"),
        Column("time", numeric=True, note="s, without the test"),
        Column("evaluations", numeric=True, note="of the search windows"),
    ]
    return Table(columns, rows, f"Same model, same calibration data, same test: {summary.test}.")


def score_table(summary: PruningSummary) -> Table:
    """Task scores of every model that was asked."""
    names = list(summary.scores[0].scores)
    rows: Rows = [
        [row.task, *(f"{100 * row.scores[name]:.1f}" for name in names)] for row in summary.scores
    ]
    return Table([Column("task"), *(Column(name, numeric=True, note="%") for name in names)], rows)


def round_folds(summary: PruningSummary) -> list[Block]:
    """One closed fold a round: what was thought, chosen and dropped, and what came of it."""
    names = short_names(summary.layers)
    return [_round_fold(one, names) for one in summary.rounds]


def layer_table(summary: PruningSummary) -> Table:
    """The final sparsity of every layer."""
    rows: Rows = [
        [
            name,
            f"{layer.shape[0]:,} x {layer.shape[1]:,}",
            f"{layer.weights:,}",
            f"{100 * summary.allocation[layer.name]:.2f}",
        ]
        for layer, name in zip(summary.layers, short_names(summary.layers).values(), strict=True)
    ]
    columns = [
        Column("layer", note="block, name"),
        Column("shape", numeric=True),
        Column("weights", numeric=True),
        Column("sparsity", numeric=True, note="%"),
    ]
    return Table(columns, rows)


def time_table(seconds: Mapping[str, float]) -> Table:
    """Seconds by stage and as a share of the perplexity evaluations' time."""
    evaluation = seconds.get("evaluate", 0.0)
    rows: Rows = [
        [
            Cell(stage, detail=STAGES.get(stage, "")),
            f"{spent:.2f}",
            f"{100 * spent / evaluation:.0f}" if evaluation else DASH,
        ]
        for stage, spent in seconds.items()
    ]
    columns = [
        Column("stage"),
        Column("time", numeric=True, note="s"),
        Column("share", numeric=True, note="% of evaluate"),
    ]
    return Table(columns, rows, "Time of the rounds by stage.")


def memory_table(memory: Memory) -> Table:
    """Bytes of model, peak and checkpoint."""
    rows: Rows = [
        ["weights of the dense model", _bytes(memory.model)],
        [Cell("most in use", detail=memory.where), _bytes(memory.peak)],
        [
            Cell("largest checkpoint", detail="copies of the layers that a round touches"),
            _bytes(memory.checkpoint),
        ],
    ]
    return Table([Column("memory"), Column("size", numeric=True)], rows)


def perplexity(value: float) -> str:
    """Four significant digits; "not finite" for infinity.

    >>> perplexity(4.25), perplexity(math.inf)
    ('4.250', 'not finite')
    """
    return f"{value:#,.4g}".rstrip(".") if math.isfinite(value) else "not finite"


def percent(change: float) -> str:
    """A relative change in per cent with its sign.

    >>> percent(0.125), percent(-0.0001)
    ('+12.5 %', '+0.0 %')
    """
    # adding zero turns minus zero into zero
    return f"{round(100 * change, 1) + 0.0:+.1f} %" if math.isfinite(change) else "not finite"


def _against_dense(one: MethodFigures, dense: MethodFigures) -> str:
    return DASH if one.dense else percent(one.perplexity / dense.perplexity - 1)


def _round_fold(one: Round, names: Mapping[str, str]) -> Fold:
    change = one.perplexity_after / one.perplexity_before - 1
    blocks: list[Block] = [Text(one.decision.reasoning or "No reason was given.")]
    if one.decision.choices:
        blocks.append(_choice_table(one, names))
    if one.rejected:
        blocks.append(Text("Not carried out:\n\n" + "\n\n".join(one.rejected), note=True))
    outcome = "stopped" if one.decision.stop_pruning else "taken back" if one.rolled_back else ""
    detail = (
        f"perplexity {perplexity(one.perplexity_before)} → {perplexity(one.perplexity_after)} "
        f"({percent(change)})"
    )
    title = (
        f"Round {one.number}: {100 * one.sparsity_before:.1f} → {100 * one.sparsity_after:.1f} %"
        f"{f', {outcome}' if outcome else ''}"
    )
    return Fold(title, blocks, detail=detail)


def _choice_table(one: Round, names: Mapping[str, str]) -> Block:
    ordered = sorted(one.decision.choices, key=lambda choice: -choice.additional_sparsity)
    shown = ordered[:CHOICES_SHOWN]
    left_out = len(ordered) - len(shown)
    rows: Rows = [
        [
            names.get(choice.layer_name, choice.layer_name[:200]),
            f"{100 * choice.additional_sparsity:+.1f}",
            f"{100 * one.allocation[choice.layer_name]:.1f}" if choice.layer_name in names else "",
        ]
        for choice in shown
    ]
    columns = [
        Column("layer"),
        Column("wanted", numeric=True, note="points"),
        Column("after the round", numeric=True, note="%"),
    ]
    return Table(columns, rows, f"The largest steps; {left_out} smaller ones." if left_out else "")


def _bytes(count: int) -> str:
    """Bytes in the largest unit that leaves a whole digit.

    >>> _bytes(1_400_000), _bytes(300)
    ('1.4 MB', '300 B')
    """
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"
