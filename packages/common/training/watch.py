"""What a trainer tells -> curves and progress; a loss that is no number ends the training."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from common.run import Run
from common.training.errors import NotFinite
from common.training.types import Point

SILENT = {
    "train_runtime", "train_samples_per_second", "train_steps_per_second", "total_flos",
    "train_loss", "epoch", "eval_runtime", "eval_samples_per_second", "eval_steps_per_second",
}  # fmt: skip


class Watch(TrainerCallback):
    """Leads every number a trainer logs into the run, under `name`/, and shows how far it is."""

    def __init__(
        self,
        run: Run,
        name: str,
        *,
        rows: Callable[[], str],
        more: Callable[[float], Mapping[str, float]] | None = None,
    ) -> None:
        """`rows` names those of the step at hand; `more` makes numbers of the steps' seconds."""
        self._run = run
        self._name = name
        self._rows = rows
        self._more = more
        self._bar: Iterator[int] | None = None
        self._began = 0.0
        self._seconds: list[float] = []

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Open the progress bar."""
        if state.is_world_process_zero:
            left = state.max_steps - state.global_step
            self._bar = iter(self._run.progress(range(left), self._name, left))
            next(self._bar, None)

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Start the step's clock."""
        self._began = time.perf_counter()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Stop the clock and move the bar on."""
        self._seconds.append(time.perf_counter() - self._began)
        if self._bar is not None:
            next(self._bar, None)

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """Keep a point of every curve.

        Raises:
            NotFinite: the loss is no number; nothing has been saved since.
        """
        values = logs or {}
        loss = values.get("loss")
        if isinstance(loss, float) and not math.isfinite(loss):
            raise NotFinite(
                f"{self._name}: the loss of step {state.global_step} is {loss}; in the step were "
                f"{self._rows()}: look at these rows, lower learning_rate or clip, or set "
                "model.dtype=float32; the run folder's last checkpoint is whole"
            )
        told = {key: it for key, it in values.items() if key not in SILENT}
        if not told or not state.is_world_process_zero:
            return
        if "loss" in told:
            told |= self._timed()
            # The state's own history is what a resumed run goes on from.
            state.log_history[-1] |= told
        curves = {f"{self._name}/{key}": float(it) for key, it in told.items() if it is not None}
        # The step is a curve of its own: several trainings of a run all start at 1.
        self._run.log({f"{self._name}/step": state.global_step, **curves})

    def _timed(self) -> dict[str, float]:
        seconds, self._seconds = self._seconds, []
        told = {"step_seconds": sum(seconds) / len(seconds)} if seconds else {}
        return told | dict(self._more(sum(seconds)) if self._more else {})


def curves(history: list[dict[str, Any]]) -> dict[str, tuple[Point, ...]]:
    """Every curve in a trainer's history, by name."""
    found: dict[str, list[Point]] = {}
    for entry in history:
        for key, value in entry.items():
            if key not in SILENT | {"step"} and isinstance(value, (int, float)):
                found.setdefault(key, []).append(Point(step=entry["step"], value=float(value)))
    return {name: tuple(points) for name, points in found.items()}
