"""Annotated steps -> the dialogues of each trainee, on disk and in hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from common.run import Run
from common.training.rows import write_rows
from common.training.types import TrainingRow
from domprune.experiment.training.pages import Pages
from domprune.experiment.training.roles import QUESTIONS
from domprune.experiment.training.settings import Trainee
from domprune.experiment.training.steps import is_held_out
from domprune.render import render
from domprune.train.dialogues import Dialogues
from domprune.types import Annotated

if TYPE_CHECKING:
    from domprune.experiment.training.rft import Prune4WebRft
    from domprune.experiment.training.sft import Prune4WebSft


@dataclass(slots=True)
class Rows:
    """One trainee's dialogues."""

    train: list[TrainingRow] = field(default_factory=list)
    held_out: list[TrainingRow] = field(default_factory=list)


def dialogues_of(settings: Prune4WebSft | Prune4WebRft) -> Dialogues:
    """The builder of dialogues on pages that are pruned by the settings' template."""
    pages = Pages(settings.scoring, settings.steps.keep)
    return Dialogues(QUESTIONS, pages.prune, render, pictured=settings.pictures)


def make_rows(
    settings: Prune4WebSft, steps: Iterable[Annotated], run: Run
) -> Mapping[Trainee, Rows]:
    """The dialogues of every trainee; a step on no element teaches neither filter nor grounder.

    They are written to rows/TRAINEE.jsonl and rows/TRAINEE-held-out.jsonl. Raises ValueError where
    there is nothing to learn from.
    """
    dialogues = dialogues_of(settings)
    rows = {trainee: Rows() for trainee in settings.trainees}
    for step in run.progress(steps, "dialogues"):
        for trainee, own in rows.items():
            row = row_of(dialogues, step, trainee)
            if row is not None:
                (own.held_out if is_held_out(step) else own.train).append(row)
    for trainee, own in rows.items():
        if not own.train:
            raise ValueError(f"no step teaches the {trainee.name}: look at the annotation's report")
        write_rows(run.path("rows", f"{trainee.name}.jsonl"), own.train)
        write_rows(run.path("rows", f"{trainee.name}-held-out.jsonl"), own.held_out)
    return rows


def row_of(dialogues: Dialogues, step: Annotated, trainee: Trainee) -> TrainingRow | None:
    """The step as the trainee's dialogue; None where it has no part in the step."""
    if trainee is Trainee.unified:
        return dialogues.unified(step)
    if trainee is Trainee.planner:
        return dialogues.planner(step)
    if not step.action.action_type.needs_element:
        return None
    return dialogues.filter(step) if trainee is Trainee.filter else dialogues.grounder(step)
