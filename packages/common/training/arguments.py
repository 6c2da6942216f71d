"""Training settings -> what every trainer of TRL is told, the same for SFT and GRPO."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

from common.training.errors import TrainingError
from common.training.model import mixed_precision
from common.training.settings import TrainingSettings


def processes() -> int:
    """How many processes train together, as accelerate launch and torchrun tell."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def accumulation(settings: TrainingSettings) -> int:
    """Micro-batches of each device in one optimiser step.

    Raises:
        TrainingError: the devices cannot share the batch evenly.
    """
    at_once = settings.per_device * processes()
    if settings.batch % at_once:
        raise TrainingError(
            f"batch must be a multiple of per_device · processes = {settings.per_device} · "
            f"{processes()}, not {settings.batch}"
        )
    return settings.batch // at_once


def common_arguments(
    settings: TrainingSettings, folder: Path, *, rows: int, held_out: bool, seed: int
) -> dict[str, Any]:
    """Keyword arguments of `SFTConfig` and `GRPOConfig`; `rows` is the length of an epoch."""
    steps = settings.steps or math.ceil(settings.epochs * math.ceil(rows / settings.batch))
    evaluates = held_out and settings.evaluate_every
    return {
        "output_dir": str(folder),
        "max_steps": settings.steps or -1,
        "num_train_epochs": settings.epochs,
        "per_device_train_batch_size": settings.per_device,
        "per_device_eval_batch_size": settings.per_device,
        "gradient_accumulation_steps": accumulation(settings),
        "learning_rate": settings.learning_rate,
        "lr_scheduler_type": settings.schedule.value,
        "warmup_steps": math.floor(settings.warmup * steps),
        "weight_decay": settings.weight_decay,
        "max_grad_norm": settings.clip,
        "activation_checkpointing": settings.activation_checkpointing,
        "bf16": mixed_precision(settings.model),
        "eval_strategy": ("steps" if evaluates else "epoch") if held_out else "no",
        "eval_steps": settings.evaluate_every or None,
        "save_strategy": "steps" if settings.save_every else "no",
        "save_steps": settings.save_every or 500,
        "save_total_limit": settings.checkpoints,
        "logging_steps": settings.log_every,
        "logging_first_step": True,
        # The filter would show a loss that is no number as one that is.
        "logging_nan_inf_filter": False,
        "report_to": "none",
        "disable_tqdm": True,
        "seed": seed,
        "dataloader_pin_memory": False,
        "remove_unused_columns": False,
    }
