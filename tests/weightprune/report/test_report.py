"""The page of a run: what a reader must find in it."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from weightprune.report import (
    Memory,
    MethodFigures,
    PruningSummary,
    ScoreRow,
    write_pruning_report,
)
from weightprune.types import Choice, Decision, Layer, Round

LAYERS = [
    Layer(name=f"model.layers.{block}.mlp.{kind}", block=block, kind=f"mlp.{kind}", shape=(4, 8))
    for block in range(3)
    for kind in ("up", "down")
]


def a_round(number: int, before: float, after: float, *, perplexity: float, back: bool) -> Round:
    return Round(
        number=number,
        decision=Decision(
            reasoning=f"Thought {number} & <b>so</b>",
            choices=(Choice(layer_name=LAYERS[0].name, additional_sparsity=0.1),),
        ),
        rejected=("nowhere: there is no such layer",) if back else (),
        rolled_back=back,
        sparsity_before=before,
        sparsity_after=after,
        perplexity_before=4.0,
        perplexity_after=perplexity,
        allocation={layer.name: before if back else after for layer in LAYERS},
        seconds={"profile": 0.1, "evaluate": 1.0},
    )


@pytest.fixture
def summary() -> PruningSummary:
    return PruningSummary(
        model="a small model",
        policy="rules",
        target=0.5,
        methods=[
            MethodFigures(name="dense", about="before", sparsity=0, perplexity=4, dense=True),
            MethodFigures(
                name="rules", about="ours", sparsity=0.5, perplexity=6, change=-0.25, ours=True
            ),
            MethodFigures(name="wanda", about="uniform", sparsity=0.5, perplexity=8, change=0.0),
            MethodFigures(
                name="broken", about="all gone", sparsity=0.9, perplexity=math.inf, change=math.inf
            ),
        ],
        layers=LAYERS,
        allocation={layer.name: 0.1 * layer.block + 0.4 for layer in LAYERS},
        rounds=[
            a_round(1, 0.0, 0.1, perplexity=4.1, back=False),
            a_round(2, 0.1, 0.3, perplexity=math.inf, back=True),
            a_round(3, 0.1, 0.2, perplexity=4.2, back=False),
        ],
        ending="the target is reached",
        seconds={"profile": 0.3, "goals": 0.6, "prune": 0.1, "evaluate": 3.0},
        memory=Memory(model=1_000_000, peak=1_200_000, checkpoint=3_000, where="growth"),
        scores=[ScoreRow(task="mmlu", scores={"dense": 0.5, "rules": 0.25})],
        test="12 windows",
        settings={"target": "0.5"},
        notes=["a note"],
    )


def text_of(page: Path) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8")))


def test_the_page_tells_methods_rounds_time_and_what_zeros_do_not_save(
    summary: PruningSummary, tmp_path: Path
) -> None:
    page, *charts = write_pruning_report(summary, tmp_path)
    text = text_of(page)
    assert "save neither time nor memory by themselves" in text
    assert "-25.0 %" in text
    assert "+50.0 %" in text  # 6 against 4
    assert "rounds, 1 of them taken back" in text
    assert "Round 2: 10.0 → 30.0 %, taken back" in text
    assert "Thought 2 &amp; &lt;b&gt;so&lt;/b&gt;" in text
    assert "nowhere: there is no such layer" in text
    assert "because the target is reached" in text
    assert "not finite" in text
    assert "1.2 MB" in text
    assert "a note" in text
    assert {chart.name for chart in charts} == {
        "allocation.png", "sparsity.png", "perplexity.png", "heat.png",
    }  # fmt: skip
    assert all(chart.read_bytes().startswith(b"\x89PNG") for chart in charts)


def test_a_policy_without_rounds_has_no_chapters_on_them(
    summary: PruningSummary, tmp_path: Path
) -> None:
    at_once = replace(summary, rounds=(), ending="", seconds={}, memory=None, scores=())
    page, *charts = write_pruning_report(at_once, tmp_path)
    assert "Round by round" not in page.read_text(encoding="utf-8")
    assert "Time and memory" not in page.read_text(encoding="utf-8")
    assert [chart.name for chart in charts] == ["allocation.png"]


def test_crosses_mark_what_was_taken_back(summary: PruningSummary, tmp_path: Path) -> None:
    write_pruning_report(summary, tmp_path / "a")
    kept = replace(summary, rounds=[replace(one, rolled_back=False) for one in summary.rounds[:1]])
    write_pruning_report(kept, tmp_path / "b")
    one, other = (tmp_path / part / "charts" / "perplexity.png" for part in "ab")
    assert one.read_bytes() != other.read_bytes()


def test_the_best_baseline_is_the_one_of_lowest_perplexity(summary: PruningSummary) -> None:
    assert summary.best_baseline is not None
    assert summary.best_baseline.name == "wanda"
    assert summary.main.name == "rules"
