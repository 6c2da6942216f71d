"""A training set's file -> the trained agent's folder: SFT on the agent's own messages alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from common.run import Run
from common.training.errors import BadRow
from common.training.rows import read_rows
from common.training.types import Trained, TrainingRow
from trajprune.evolve.settings import LearnSettings


def learn(file: Path, settings: LearnSettings, run: Run, *, name: str = "trained") -> Trained:
    """Train the base agent on the runs of a file; the new agent lies in the run's folder `name`.

    Raises:
        TrainingError: there is nothing to learn from, or the training failed.
        FileNotFoundError: there is no such file.
    """
    # TRL takes seconds to import.
    from common.training.sft import train_sft

    train, aside = split(list(read_rows(file)), settings.held_out)
    return train_sft(train, aside, settings.sft, run, name=name)


def split(
    rows: Sequence[TrainingRow | BadRow], share: float
) -> tuple[list[TrainingRow | BadRow], list[TrainingRow | BadRow]]:
    """The rows to train on and about this share of them to watch; one question is on one side.

    Decided by each question alone, so that sets of the same runs are split alike. Rows that cannot
    be read stay with the first, where they are told.
    """
    train: list[TrainingRow | BadRow] = []
    aside: list[TrainingRow | BadRow] = []
    for row in rows:
        watched = isinstance(row, TrainingRow) and _place(_question(row)) < share
        (aside if watched else train).append(row)
    return train, aside


def _question(row: TrainingRow) -> str:
    return next((one.content for one in row.messages if one.role == "user"), "")


def _place(text: str) -> float:
    """Where a text falls between 0 and 1."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
