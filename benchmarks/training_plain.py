"""The trainings of benchmarks.training and benchmarks.gpu_training twice: plain TRL, and ours.

The plain script is what one writes by TRL's own documentation: the same rows, already cut into the
same tokens, the same batch, optimiser, precision and adapters; none of our layer but its settings.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from rich.console import Console
from transformers import AutoModelForCausalLM, AutoModelForImageTextToText, PrinterCallback
from trl import GRPOConfig, GRPOTrainer, SFTConfig, SFTTrainer

from common.run import Run
from common.training import grpo, sft
from common.training.model import adapters, mixed_precision, weight_type
from common.training.reader import Reader
from common.training.settings import GrpoSettings, SftSettings, TrainingSettings
from common.training.types import Answer, Encoded, Prompt


def plain_sft(
    encoded: Sequence[Encoded], settings: SftSettings, reader: Reader, folder: Path
) -> Any:
    """TRL's trainer, ready to train."""
    columns = {
        "input_ids": [it.input_ids for it in encoded],
        "labels": [it.labels for it in encoded],
    }
    trainer = SFTTrainer(
        model=_model(settings, reader),
        args=SFTConfig(**_shared(settings, folder), max_length=None),
        train_dataset=Dataset.from_dict(columns),
        processing_class=reader.processor,
        peft_config=adapters(settings.model),
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def our_sft(encoded: Sequence[Encoded], settings: SftSettings, reader: Reader, folder: Path) -> Any:
    """Our trainer, ready to train."""
    run = quiet_run(folder)
    return sft.build_trainer(encoded, [], settings, reader, run.folder / "sft", run, "sft")


def plain_grpo(
    prompts: Sequence[Prompt], settings: GrpoSettings, reader: Reader, folder: Path
) -> Any:
    """TRL's trainer, ready to train on the letter e."""

    def score(completions: Sequence[Any], **_: object) -> list[float | None]:
        return [turns[0]["content"].count("e") / 10 for turns in completions]

    arguments = GRPOConfig(
        **_shared(settings, folder),
        num_generations=settings.group,
        beta=settings.kl,
        max_completion_length=settings.answer,
        loss_type="grpo",
    )
    turns = [[{"role": "user", "content": it.messages[0].content}] for it in prompts]
    trainer = GRPOTrainer(
        model=_model(settings, reader),
        reward_funcs=score,
        args=arguments,
        train_dataset=Dataset.from_dict({"prompt": turns}),
        processing_class=reader.processor,
        peft_config=adapters(settings.model),
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def our_grpo(
    prompts: Sequence[Prompt], settings: GrpoSettings, reader: Reader, folder: Path
) -> Any:
    """Our trainer, ready to train on the letter e."""
    run = quiet_run(folder)

    def parts(prompts: Sequence[Prompt], answers: Sequence[Answer]) -> list[dict[str, float]]:
        return [{"e": answer.count("e") / 10} for answer in answers]

    return grpo.build_trainer(
        prompts, parts, None, settings, reader, run.folder / "grpo", run, "grpo"
    )


def quiet_run(folder: Path) -> Run:
    """A run that prints nothing, in a folder of its own."""
    return Run(folder / str(time.monotonic_ns()), console=Console(quiet=True))


def _model(settings: TrainingSettings, reader: Reader) -> Any:
    kind = AutoModelForImageTextToText if reader.sees else AutoModelForCausalLM
    return kind.from_pretrained(settings.model.path, dtype=weight_type(settings.model))


def _shared(settings: TrainingSettings, folder: Path) -> dict[str, Any]:
    return {
        "output_dir": str(folder / "plain"),
        "max_steps": settings.steps,
        "per_device_train_batch_size": settings.per_device,
        "gradient_accumulation_steps": settings.batch // settings.per_device,
        "learning_rate": settings.learning_rate,
        "lr_scheduler_type": settings.schedule.value,
        "activation_checkpointing": settings.activation_checkpointing,
        "bf16": mixed_precision(settings.model),
        "report_to": "none",
        "disable_tqdm": True,
        "save_strategy": "no",
        "logging_steps": 1,
        "seed": 0,
    }


def synchronise() -> None:
    """Wait for the GPU, if there is one."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
