"""A trained trainer -> a model folder that loads by itself, and what the training was like."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, TypeVar

from accelerate import PartialState
from accelerate.utils import broadcast_object_list, gather_object

from common.training.arguments import processes
from common.training.checkpoints import finish
from common.training.model import merge_adapters, on_cpu
from common.training.settings import TrainingSettings
from common.training.types import Trained
from common.training.watch import curves

Value = TypeVar("Value")


def shared(folder: Path) -> Path:
    """The main process's folder, in every process of a distributed launch."""
    if processes() == 1:
        return folder
    # Without a GPU accelerate takes a launch for one process each unless it is told.
    PartialState(cpu=on_cpu())
    folders = [str(folder)]
    broadcast_object_list(folders)
    return Path(folders[0])


def of_all_processes(value: Value) -> list[Value]:
    """The value of every process of a distributed launch, in every process."""
    return list(gather_object([value]))


def keep(
    trainer: Any,
    settings: TrainingSettings,
    folder: Path,
    *,
    rows: int,
    dropped: int,
    started: float,
) -> Trained:
    """Write the model into `folder`, adapters merged; they lie in its folder `adapter` too."""
    lora = settings.model.lora.rank > 0
    saved = folder / "adapter" if lora else folder
    trainer.save_model(str(saved))
    # A pickle of settings, which nobody needs and nobody should load.
    (saved / "training_args.bin").unlink(missing_ok=True)
    found = curves(trainer.state.log_history)
    trained = Trained(
        folder=folder,
        steps=trainer.state.global_step,
        losses=found.pop("loss", ()),
        held_out=found.pop("eval_loss", ()),
        curves=found,
        rows=rows,
        dropped=dropped,
        seconds=time.monotonic() - started,
    )
    if trainer.is_world_process_zero():
        if lora:
            merge_adapters(settings.model, folder / "adapter", folder)
            trainer.processing_class.save_pretrained(folder)
        finish(folder, trained)
    trainer.accelerator.wait_for_everyone()
    return trained
