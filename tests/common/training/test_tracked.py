"""The curves of a training are in W&B's own file, by step, as its own reader tells them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from common.run import Run
from common.tracking import Identity, Mode, TrackingSettings, open_tracker
from common.training.types import Trained

from . import job


def tracked(folder: Path, kind: str, model: Path) -> Trained:
    """A short training whose run is tracked offline by W&B."""
    run = Run(folder, seed=3)
    named = Identity(
        name=kind, group="g", job_type=kind, tags=[], folder=folder, config={"method": kind}
    )
    tracker = open_tracker(TrackingSettings(mode=Mode.offline), named, run.say)
    run.track_with(tracker)
    train = {"sft": job.sft, "grpo": job.grpo}[kind]
    trained = train(model, folder, run=run, steps=4, evaluate_every=2, save_every=0)
    tracker.finish("done", {})
    return trained


def history(folder: Path) -> list[dict[str, float]]:
    """Every point that W&B holds of the run in `folder`."""
    (log,) = folder.glob("wandb/offline-run-*/*.wandb")
    wandb = Path(sys.executable).with_name("wandb")
    shown = subprocess.run(
        [wandb, "leet", "inspect", "--json", log], capture_output=True, text=True, check=True
    )
    records = [json.loads(line) for line in shown.stdout.splitlines()]
    return [it["history"]["item"] for it in records if it["type"] == "history"]


@pytest.mark.parametrize(
    ("kind", "curves"),
    [
        ("sft", ["loss", "eval_loss", "grad_norm", "learning_rate"]),
        (
            "grpo",
            ["loss", "kl", "reward", "reward/short", "reward/e", "reward_share",
             "eval_reward", "eval_reward/short", "eval_reward/e"],
        ),
    ],
)  # fmt: skip
def test_every_curve_is_in_the_offline_run_by_its_step(
    kind: str, curves: list[str], qwen2: Path, tmp_path: Path
) -> None:
    trained = tracked(tmp_path, kind, qwen2)
    ours = {"loss": trained.losses, "eval_loss": trained.held_out, **trained.curves}
    points = history(tmp_path)
    for name in curves:
        told = [
            (it[f"{kind}/step"], it[f"{kind}/{name}"]) for it in points if f"{kind}/{name}" in it
        ]
        assert told == [(it.step, pytest.approx(it.value)) for it in ours[name]], name
    steps = [it.step for it in ours["loss"]]
    measured = [it.step for it in ours["eval_loss" if kind == "sft" else "eval_reward"]]
    assert (steps, measured) == ([1, 2, 3, 4], [2, 4] if kind == "sft" else [0, 2, 4])
