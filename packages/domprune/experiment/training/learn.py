"""The dialogues of all trainees -> a trained model of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from common.run import Run
from common.training.sft import train_sft
from common.training.types import Trained
from domprune.experiment.training.base import base_model
from domprune.experiment.training.rows import Rows
from domprune.experiment.training.settings import Trainee

if TYPE_CHECKING:
    from domprune.experiment.training.sft import Prune4WebSft


def learn(settings: Prune4WebSft, rows: Mapping[Trainee, Rows], run: Run) -> dict[str, Trained]:
    """Train each on its dialogues, measured on those held out; its model lies under its name."""
    every = [row for own in rows.values() for row in own.train]
    model = base_model(settings.sft.model, settings.tiny, every, run)
    sft = replace(settings.sft, model=model)
    return {
        trainee.name: train_sft(own.train, own.held_out, sft, run, name=trainee.name)
        for trainee, own in rows.items()
    }
