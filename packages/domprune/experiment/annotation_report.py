"""What the annotation kept and dropped -> report.html, with a sample of steps to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from common.report import Block, Cell, Column, Fold, Headline, Picture, Row, Section, Table, Text
from common.report import write_report as write_page
from common.run import Run
from domprune.annotate.labels import gold_element
from domprune.annotate.split import TEST, TRAIN
from domprune.arms.order import pruned_by_score
from domprune.data.settings import Source
from domprune.experiment.annotation_batch import ANNOTATED, SHEET, Finished
from domprune.render import render
from domprune.scoring.pages import PageScorer
from domprune.types import Annotated

if TYPE_CHECKING:
    from domprune.experiment.annotation import Prune4WebAnnotate

PICTURE_WIDTH = 720
REASONS = {
    "gold_lost": "the right element is not among the page's elements",
    "html_too_long": "the page's HTML is longer than longest_html",
    "gold_pruned_away": "the annotated keywords do not bring the right element among the kept",
    "failed": "the annotator gave no usable answer; a resumed run tries again",
    "refused_by_person": "judged bad on the review sheet",
}


def write_report(settings: Prune4WebAnnotate, finished: Finished, run: Run) -> None:
    """Write report.html into the run's folder."""
    sections = [
        Section("In short", [_headline(finished), Text(_split_said(finished))]),
        Section("Dropped", [_reasons(finished)]),
        Section("Steps to look at", _review(settings, finished, run)),
    ]
    path = run.path("report.html")
    title = f"Prune4Web annotation: {settings.data.source.name}"
    subtitle = f"labels by {settings.annotator.name}, seed {run.seed}"
    run.artifact(write_page(path, title, sections, subtitle))


def _headline(finished: Finished) -> Headline:
    dropped = sum(finished.dropped.values())
    figures = [
        Cell(f"{len(finished.rows):,}", "steps annotated"),
        Cell(f"{dropped:,}", "steps dropped"),
        Cell(f"{len(set(finished.sites)):,}", "sites"),
    ]
    if finished.rows:
        keywords = [len(row.program.keyword_weights) for row in finished.rows]
        figures.append(Cell(f"{median(keywords):g}", "keywords a step, median"))
    if finished.verdicts:
        good = sum(finished.verdicts.values())
        figures.append(Cell(f"{good} of {len(finished.verdicts)}", "judged good by a person"))
    return Headline(figures)


def _split_said(finished: Finished) -> str:
    parts = [row.split for row in finished.rows]
    of = dict(zip(finished.sites, parts, strict=True))
    sites = list(of.values())
    return (
        f"{parts.count(TRAIN)} steps of {sites.count(TRAIN)} sites to train on, "
        f"{parts.count(TEST)} of {sites.count(TEST)} other sites to test on, in {ANNOTATED}."
    )


def _reasons(finished: Finished) -> Block:
    if not finished.dropped:
        return Text("Nothing was dropped.")
    rows = [
        [reason, REASONS.get(reason, ""), str(count)]
        for reason, count in sorted(finished.dropped.items(), key=lambda one: (-one[1], one[0]))
    ]
    columns = [Column("reason"), Column("what it means"), Column("steps", numeric=True)]
    return Table(columns, rows)


def _review(settings: Prune4WebAnnotate, finished: Finished, run: Run) -> list[Block]:
    told = Text(
        f"The steps below stand on {SHEET} with an empty verdict each. Write good or bad there and "
        "start the run again with the same folder: what is judged bad is dropped."
    )
    score = PageScorer(settings.scoring)
    blocks: list[Block] = [told]
    pictured = 0
    for step in finished.reviewed:
        shown = step.screenshot if pictured < settings.pictures else None
        pictured += shown is not None
        picture = _picture(settings, step, shown, score, run) if shown else None
        blocks.append(_step(step, picture))
    return blocks


def _step(step: Annotated, picture: Picture | None) -> Fold:
    element = gold_element(step.case)
    value = f" with “{step.action.value}”" if step.action.value else ""
    said = f"{step.action.action_type}{value} on {render([element]) if element else 'the page'}"
    blocks: list[Block] = [Text(f"{step.thought}\n\n{said}"), Row(_words(step))]
    if picture:
        blocks.append(picture)
    detail = f"{step.split} · {step.case.page}"
    return Fold(step.subtask.next_steps[:160], blocks, detail=detail)


def _words(step: Annotated) -> Sequence[Block]:
    weights = step.program.keyword_weights.items()
    rows = [[keyword, str(weight)] for keyword, weight in weights]
    return [Table([Column("keyword"), Column("weight", numeric=True)], rows)]


def _picture(
    settings: Prune4WebAnnotate, step: Annotated, shown: Path, score: PageScorer, run: Run
) -> Picture:
    """The page; where the picture is the whole page, with what the annotated keywords keep."""
    from domprune.overlay import overlay, preview

    picture, caption = shown.read_bytes(), "The slice of the page that the planner sees."
    if settings.data.source is not Source.mind2web:
        elements = step.case.snapshot.elements
        pruned = pruned_by_score(elements, score(elements, step.program), settings.keep)
        drawn = overlay(picture, elements, pruned, step.case.gold)
        picture = drawn.after
        caption = "What the keywords keep, with ranks; the right element is dashed."
    file = shown.relative_to(run.folder).as_posix()
    return Picture(preview(picture, PICTURE_WIDTH), caption, PICTURE_WIDTH, file)
