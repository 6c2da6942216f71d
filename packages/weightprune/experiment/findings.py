"""Outcomes -> metrics.json and the printed table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from weightprune.experiment.outcome import Outcome
from weightprune.experiment.rounds import Loop

SELECTION = ("profile", "decide", "prune")
"""The stages that make up a round beside its perplexity."""
GOALS = ("goals", "passes")
"""What the search for the goals took, once: choosing, and the model's passes that it evaluates."""
EVALUATIONS = ("evaluate", "passes")
"""All that evaluates a model on the search windows, as the evaluations of a method are counted."""


def best_baseline(baselines: Sequence[Outcome]) -> Outcome | None:
    """The baseline of the lowest test perplexity."""
    return min(baselines, key=lambda one: one.perplexity, default=None)


def change(one: Outcome, best: Outcome | None) -> float | None:
    """The perplexity relative to the best baseline's (-0.1: 10 % lower); None without baselines."""
    return one.perplexity / best.perplexity - 1 if best is not None else None


def metrics_of(
    dense: Outcome, ours: Outcome, baselines: Sequence[Outcome], loop: Loop | None
) -> dict[str, object]:
    """Method -> sparsity, perplexity, change, seconds, evaluations; `loop` on the rounds."""
    best = best_baseline(baselines)
    found: dict[str, object] = {
        one.name: {
            "sparsity": one.sparsity,
            "perplexity": one.perplexity,
            "change_to_best_baseline": change(one, best),
            "seconds": sum(one.seconds.values()),
            "evaluations": one.evaluations,
            **({"scores": one.scores} if one.scores else {}),
        }
        for one in (dense, ours, *baselines)
    }
    if loop is not None:
        found["loop"] = loop_metrics(loop, dense.test_seconds)
    return found


def loop_metrics(loop: Loop, test_seconds: float) -> dict[str, object]:
    """How the rounds went and what they cost beside the perplexity evaluations.

    `overhead`: profiling, deciding, pruning and the choices of the goals beside all evaluations on
    the search windows: the dense model's, the rounds' and the goals'. `overhead_of_rounds`: without
    anything of the goals above and below; `overhead_with_goals`: with all that they took above, and
    nothing below. `overhead_of_test`: of one round beside one evaluation on all test windows.
    """
    seconds = loop.seconds
    return {
        "rounds": len(loop.rounds),
        "rollbacks": sum(one.rolled_back for one in loop.rounds),
        "ending": loop.ending.name,
        "checkpoint_bytes": loop.checkpoint_bytes,
        "evaluations": loop.evaluations - loop.goal_evaluations,
        "goal_evaluations": loop.goal_evaluations,
        "seconds": seconds,
        "overhead": share(seconds, (*SELECTION, "goals"), EVALUATIONS),
        "overhead_of_rounds": share(seconds, SELECTION, ("evaluate",)),
        "overhead_with_goals": share(seconds, (*SELECTION, *GOALS), ("evaluate",)),
        "overhead_of_test": of_test(loop, SELECTION, test_seconds),
        "overhead_of_test_with_goals": of_test(loop, (*SELECTION, *GOALS), test_seconds),
    }


def of_test(loop: Loop, stages: Sequence[str], test_seconds: float) -> float:
    """Mean seconds of a round's `stages` as a share of `test_seconds`; 0 without either."""
    spent = took(loop.seconds, stages)
    return spent / len(loop.rounds) / test_seconds if loop.rounds and test_seconds else 0.0


def share(seconds: Mapping[str, float], stages: Sequence[str], beside: Sequence[str]) -> float:
    """Seconds of the `stages` as a share of those `beside`; 0 without any."""
    whole = took(seconds, beside)
    return took(seconds, stages) / whole if whole else 0.0


def took(seconds: Mapping[str, float], stages: Sequence[str]) -> float:
    """Seconds of the `stages` together."""
    return sum(seconds.get(stage, 0.0) for stage in stages)


def table_of(dense: Outcome, ours: Outcome, baselines: Sequence[Outcome]) -> list[str]:
    """The methods as lines of text."""
    best = best_baseline(baselines)
    lines = [
        f"{'method':<22}{'sparsity':>9}{'perplexity':>12}{'to dense':>10}{'to best':>9}"
        f"{'s':>8}{'evaluations':>13}"
    ]
    for one in (dense, ours, *baselines):
        against = change(one, best)
        cells = [
            f"{100 * one.sparsity:.1f} %",
            _shown(one.perplexity),
            "" if one is dense else _percent(one.perplexity / dense.perplexity - 1),
            "" if one is dense or against is None else _percent(against),
            "" if one is dense else f"{sum(one.seconds.values()):.1f}",
            "" if one is dense else f"{one.evaluations:.1f}",
        ]
        widths = (9, 12, 10, 9, 8, 13)
        lines.append(
            f"{one.name:<22}"
            + "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        )
    return [line.rstrip() for line in lines]


def _shown(perplexity: float) -> str:
    return f"{perplexity:#.4g}".rstrip(".") if math.isfinite(perplexity) else "not finite"


def _percent(relative: float) -> str:
    # adding zero turns minus zero into zero
    return f"{round(100 * relative, 1) + 0.0:+.1f} %" if math.isfinite(relative) else "-"
