"""How a step is cut up and what is kept in memory change nothing of what is learned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from common.training.types import Trained

from . import job

STEPS = {"steps": 3, "save_every": 0, "evaluate_every": 0, "learning_rate": 1e-2}


def weights(trained: Trained) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = load_file(trained.folder / "model.safetensors")
    return found


def furthest(one: Trained, other: Trained) -> float:
    """The greatest difference of two weights."""
    ours, theirs = weights(one), weights(other)
    assert ours.keys() == theirs.keys()
    return max((ours[name] - theirs[name]).abs().max().item() for name in ours)


# Sums taken in another order differ by the last bits of float32; GRPO's advantages stretch them.
@pytest.mark.parametrize(("train", "bound"), [(job.sft, 1e-6), (job.grpo, 1e-5)])
def test_accumulated_gradients_are_those_of_the_whole_batch(
    train: Callable[..., Trained], bound: float, qwen2: Path, tmp_path: Path
) -> None:
    """The dialogues differ in length, so that a mean of the parts' means would differ, too."""
    plain = {"dropout": 0.0} if train is job.sft else {}
    whole, halves, quarters = (
        train(qwen2, tmp_path / str(size), batch=8, per_device=size, **plain, **STEPS)
        for size in (8, 4, 2)
    )
    for cut in (halves, quarters):
        assert furthest(cut, whole) < bound
        for ours, theirs in zip(cut.losses, whole.losses, strict=True):
            assert ours.value == pytest.approx(theirs.value, abs=1e-5)


@pytest.mark.parametrize("train", [job.sft, job.grpo])
def test_activations_computed_again_give_the_same_weights(
    train: Callable[..., Trained], qwen2: Path, tmp_path: Path
) -> None:
    kept, again = (
        train(qwen2, tmp_path / str(way), activation_checkpointing=way, **STEPS)
        for way in (False, True)
    )
    assert [it.value for it in kept.losses] == pytest.approx([it.value for it in again.losses])
    assert furthest(kept, again) == 0
