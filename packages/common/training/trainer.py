"""What our trainers add to TRL's: whole checkpoints, named failures, and nothing sent home."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import PrinterCallback

from common.training.checkpoints import mark_whole
from common.training.failures import named_failures


class Careful:
    """To be named before a trainer of TRL among a class's bases."""

    accelerator: Any
    args: Any
    state: Any
    name_rows: Callable[[torch.Tensor], str]
    """Names the rows of a batch's tokens."""
    _seen: tuple[int, list[torch.Tensor]]
    """A step, and the tokens of its micro-batches so far."""

    def rows_of_step(self) -> str:
        """The rows of the step's micro-batches, named."""
        return ", ".join(dict.fromkeys(map(self.name_rows, self._seen[1])))

    def training_step(self, model: Any, inputs: Any, *more: Any, **named: Any) -> Any:
        """One micro-batch, its failures named with the step and the rows."""
        where = f"step {self.state.global_step + 1}"
        if self.__dict__.get("_seen", (-1,))[0] != self.state.global_step:
            self._seen = self.state.global_step, []
        with named_failures(where, self.rows_of_step):
            return super().training_step(model, inputs, *more, **named)  # type: ignore[misc]

    def compute_loss(self, model: Any, inputs: Any, *more: Any, **named: Any) -> Any:
        """The loss of one micro-batch, whose tokens are remembered while the step lasts."""
        if model.training:
            ids = inputs["input_ids" if "input_ids" in inputs else "prompt_ids"]
            self._seen[1].append(ids.detach())
        return super().compute_loss(model, inputs, *more, **named)  # type: ignore[misc]

    def _save_checkpoint(self, *more: Any, **named: Any) -> None:
        super()._save_checkpoint(*more, **named)  # type: ignore[misc]
        self.accelerator.wait_for_everyone()
        if self.args.should_save:
            step = self.state.global_step
            mark_whole(Path(self.args.output_dir) / f"checkpoint-{step}", step)

    def create_model_card(self, *_: Any, **__: Any) -> None:
        """None: it would name folders of this machine."""

    def _send_telemetry(self) -> None:
        """None: what is trained here is nobody else's business."""

    def add_watch(self, watch: Any) -> None:
        """Let `watch` alone tell how the training goes."""
        self.remove_callback(PrinterCallback)  # type: ignore[attr-defined]
        self.add_callback(watch)  # type: ignore[attr-defined]
