"""The experiment `sft`: a file of dialogues -> a trained model folder and its curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from common.run import Run
from common.training.settings import SftSettings


@dataclass(kw_only=True)
class RowsSettings:
    """Which dialogues."""

    file: Path
    """JSON lines of {"id", "messages", "tools", "images"} (docs/training.md)."""
    held_out: Path | None = None
    """A file of the same kind that is only measured."""


@dataclass(kw_only=True)
class Sft:
    """Fine-tune a model on dialogues of your own."""

    data: RowsSettings
    """Which dialogues."""
    sft: SftSettings = field(default_factory=SftSettings)
    """The model and how it is trained."""
    headline: ClassVar[tuple[str, ...]] = ("loss", "held_out", "steps", "rows", "dropped")

    def __post_init__(self) -> None:
        """Refuse what cannot work before anything is loaded."""
        for name in ("file", "held_out"):
            path = getattr(self.data, name)
            if path is not None and not path.is_file():
                raise ValueError(f"data.{name} must be a file, not {path}")
        if not self.sft.model.path:
            raise ValueError("sft.model.path must name a model: a folder, or a hub name")

    def run(self, run: Run) -> Mapping[str, object]:
        """Train; the last losses and what became of the rows."""
        from common.training.rows import read_rows
        from common.training.sft import train_sft

        held_out = list(read_rows(self.data.held_out)) if self.data.held_out else []
        trained = train_sft(list(read_rows(self.data.file)), held_out, self.sft, run)
        run.say(f"the model: {trained.folder}")
        last = {"held_out": trained.held_out[-1].value} if trained.held_out else {}
        return {
            "loss": trained.losses[-1].value,
            **last,
            "steps": trained.steps,
            "rows": trained.rows,
            "dropped": trained.dropped,
            "seconds": trained.seconds,
        }
