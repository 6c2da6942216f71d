"""Annotated steps, from a file or annotated on the spot, and which of them are held out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from common.run import Run
from domprune.annotate.rows import BrokenAnnotation, read_annotated
from domprune.annotate.split import TEST
from domprune.experiment.training.settings import StepsSettings
from domprune.types import Annotated


def read_steps(settings: StepsSettings, run: Run) -> Iterator[Annotated]:
    """Yield the steps in the file's order; broken lines are counted under "steps/refused".

    Raises FileNotFoundError where `annotated` names no file.
    """

    def refused(error: BrokenAnnotation) -> None:
        run.count("steps/refused")
        run.note(str(error))

    yield from read_annotated(_file(settings, run), refused)


def is_held_out(step: Annotated) -> bool:
    """Whether the step's site is one of those that nothing is learned from."""
    return step.split == TEST


def _file(settings: StepsSettings, run: Run) -> Path:
    if not settings.annotated:
        return _annotate(settings, run)
    file = Path(settings.annotated).expanduser()
    if not file.is_file():
        raise FileNotFoundError(
            f"steps.annotated={file} is no file: name the annotated.jsonl of a run of "
            "prune4web_annotate, or leave it empty"
        )
    return file


def _annotate(settings: StepsSettings, run: Run) -> Path:
    from domprune.experiment.annotation import Prune4WebAnnotate
    from domprune.experiment.annotation_batch import ANNOTATED, annotate_all, finish

    job = Prune4WebAnnotate(
        data=settings.data, test_share=settings.test_share, keep=settings.keep, review=0, pictures=0
    )
    finish(job, annotate_all(job, run), run)
    return run.path(ANNOTATED)
