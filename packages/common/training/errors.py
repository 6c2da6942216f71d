"""What can go wrong in training, each with the rule, the place and the remedy in its message."""

from __future__ import annotations

from enum import Enum


class TrainingError(Exception):
    """Training cannot start or go on."""


class Misfit(Enum):
    """Why one row cannot be trained on; the name is its counter."""

    unreadable = "unreadable"
    no_assistant_turn = "no_assistant_turn"
    broken_image = "broken_image"
    too_long = "too_long"
    not_in_template = "not_in_template"


class BadRow(TrainingError):
    """One row cannot be used; the others can."""

    def __init__(self, misfit: Misfit, text: str) -> None:
        """`text` names the row, the rule and the remedy."""
        super().__init__(text)
        self.misfit = misfit


class WrongCheckpoint(TrainingError):
    """The run folder holds a checkpoint of another model, other rows or other settings."""


class NotFinite(TrainingError):
    """The loss is NaN or infinite."""


class OutOfMemory(TrainingError):
    """A step does not fit into the device's memory."""
