"""SIGKILL in the middle, the same call again: the curve goes on and the weights are the same."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from common.training.types import Trained

from . import job

Train = Callable[..., Trained]
LATEST = 280.0
"""Seconds; importing trl takes minutes where eight others work."""


def killed_after(points: int, kind: str, model: Path, folder: Path) -> None:
    """Start the training and kill it once its curve has that many points."""
    process = subprocess.Popen(
        [sys.executable, str(Path(job.__file__)), kind, str(model), str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    curve, until = folder / "metrics.jsonl", time.monotonic() + LATEST
    try:
        while not curve.exists() or curve.read_bytes().count(b"loss") < points:
            assert process.poll() is None, "the training ended before it could be killed"
            assert time.monotonic() < until, "the training does not start"
            time.sleep(0.005)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize(("kind", "points"), [("sft", 8), ("grpo", 5)])
def test_a_killed_training_ends_as_an_uninterrupted_one(
    kind: str, points: int, qwen2: Path, tmp_path: Path
) -> None:
    train: Train = {"sft": job.sft, "grpo": job.grpo}[kind]
    killed_after(points, kind, qwen2, tmp_path / "killed")
    left = tmp_path / "killed" / kind
    assert not (left / "trained.json").exists()
    # What a kill in the middle of a save leaves: newer than the whole ones, and not whole.
    (left / "checkpoint-999").mkdir()
    (left / "checkpoint-999" / "trainer_state.json").write_text("{")

    resumed = train(qwen2, tmp_path / "killed")
    whole = train(qwen2, tmp_path / "whole")

    assert not (left / "checkpoint-999").exists()
    assert "going on from checkpoint-" in (tmp_path / "killed" / "log.txt").read_text()
    assert [point.step for point in resumed.losses] == list(range(1, whole.steps + 1))
    assert resumed.losses == whole.losses
    assert resumed.held_out == whole.held_out
    assert resumed.curves.get("eval_reward") == whole.curves.get("eval_reward")
    ours = load_file(resumed.folder / "model.safetensors")
    theirs = load_file(whole.folder / "model.safetensors")
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
