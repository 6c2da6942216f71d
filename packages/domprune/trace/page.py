"""The steps of a task -> one HTML page: pictures, decisions, attempts, timings and tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from common.report import (
    Block,
    Cell,
    Code,
    Column,
    Fold,
    Headline,
    Picture,
    Row,
    Section,
    Table,
    Text,
    number,
    write_report,
)
from common.tokens import estimated_tokens
from domprune.episode import Episode, Step
from domprune.interfaces import Render
from domprune.types import Executed, Program, Pruned

PICTURE_WIDTH = 820
WITHOUT_MODEL = ("observe", "filter", "prune", "act")
"""Phases that cost the same whoever decides."""
SHOWN = 100
"""Characters of a page's or a model's words in a table."""

Draw = Callable[[Step], bytes | None]
"""The picture of a step with its kept elements boxed (PNG or JPEG); None where there is none."""


@dataclass(slots=True)
class Trace:
    """A page that grows by one chapter a step and is written at the end.

    `draw` pictures a step, `render` writes elements as the grounder reads them. Pictures are drawn
    when a step is added, so that steps need not be kept.
    """

    draw: Draw
    render: Render
    sections: list[Section] = field(default_factory=list)

    def add(self, step: Step) -> None:
        """Add a step's chapter."""
        self.sections.append(Section(f"{step.number}. {_short(_title(step))}", self._blocks(step)))

    def write(self, path: Path, title: str, episode: Episode, verdict: str) -> Path:
        """Write the page; `verdict` says in words whether the task was done, "" if not known."""
        blocks: list[Block] = [_headline(episode, verdict), Text(episode.task)]
        first = episode.steps[0].seen if episode.steps else None
        subtitle = first.url if first else ""
        return write_report(path, title, [Section("Task", blocks), *self.sections], subtitle)

    def _blocks(self, step: Step) -> list[Block]:
        blocks: list[Block] = []
        if step.error:
            blocks.append(Text(f"Failed: {step.error}"))
        if said := _where(step):
            blocks.append(Text(said, note=True))
        if (picture := self.draw(step)) is not None:
            caption = "The viewport before the step, with the kept elements and their ranks."
            blocks.append(Picture(picture, caption, PICTURE_WIDTH))
        if step.subtask is not None:
            blocks.append(_decision(step))
        columns = [_keywords(step.program), *self._candidates(step.pruned)]
        if any(columns):
            blocks.append(Row([column for column in columns if column is not None]))
        blocks.append(Row([*_attempts(step.executed), _timings(step)]))
        return blocks

    def _candidates(self, pruned: Pruned | None) -> list[Block]:
        if pruned is None or not pruned.kept:
            return []
        rows = [
            [str(rank), _short(self.render([one.element])), number(one.score)]
            for rank, one in enumerate(pruned.kept, 1)
        ]
        columns = [Column("rank", numeric=True), Column("element"), Column("score", numeric=True)]
        return [Fold(f"Kept: {len(rows)} of {pruned.ranked:,}", [Table(columns, rows)], open=True)]


def _title(step: Step) -> str:
    said = step.subtask.next_steps if step.subtask else "the page could not be used"
    return f"{said} (failed)" if step.error else said


def _where(step: Step) -> str:
    parts = []
    if step.seen is not None:
        parts.append(f"{step.seen.title} · {step.seen.url} · {step.seen.elements:,} elements")
    return " · ".join([*parts, *step.notes])


def _headline(episode: Episode, verdict: str) -> Headline:
    overheads = [overhead(step) for step in episode.steps if step.action is not None]
    read = estimated_tokens(sum(step.prompt_characters for step in episode.steps))
    figures = [Cell(verdict, "the task")] if verdict else []
    figures += [
        Cell(str(episode.ending), "how it ended"),
        Cell(str(len(episode.steps)), "steps"),
        Cell(f"{number(episode.seconds)} s", "in all"),
        Cell(f"{number(median(overheads)) if overheads else '-'} ms", "a step without its model"),
        Cell(number(read), "prompt tokens"),
    ]
    if episode.reward is not None:
        figures.append(Cell(number(episode.reward), "reward"))
    return Headline(figures)


def overhead(step: Step) -> float:
    """What a step took beside its models, in milliseconds."""
    return sum(spent for phase, spent in step.milliseconds.items() if phase in WITHOUT_MODEL)


def _decision(step: Step) -> Block:
    subtask, action = step.subtask, step.action
    assert subtask is not None
    told = {
        "sub-task": subtask.next_steps,
        "action": str(subtask.action_type),
        "target": subtask.target_text,
        "value": subtask.value,
        "state": subtask.state_analysis,
        "progress": subtask.progress_evaluation,
        "challenges": "; ".join(subtask.challenges),
    }
    if action is not None:
        on = "" if action.element_id is None else f" on [{action.element_id}]"
        value = f" with {action.value!r}" if action.value else ""
        told["grounded"] = f"{action.action_type}{on}{value}"
    rows = [[name, _short(said)] for name, said in told.items() if said]
    return Table([Column("planner"), Column("")], rows)


def _keywords(program: Program | None) -> Block | None:
    if program is None:
        return None
    ordered = sorted(program.keyword_weights.items(), key=lambda item: (-item[1], item[0]))
    rows = [[_short(word), str(weight)] for word, weight in ordered]
    return Table([Column("keyword"), Column("weight", numeric=True)], rows)


def _attempts(executed: Executed | None) -> list[Block]:
    if executed is None:
        return []
    rows = [
        [str(one.strategy), _short(one.error or "went through"), number(one.milliseconds)]
        for one in executed.attempts
    ]
    columns = [Column("attempt"), Column("outcome"), Column("ms", numeric=True)]
    found = "The element had become stale and was found again." if executed.refound else ""
    return [Table(columns, rows, found)] if rows else [Code(executed.error)] * bool(executed.error)


def _timings(step: Step) -> Block:
    rows = [[phase, number(spent)] for phase, spent in step.milliseconds.items()]
    if step.prompt_characters:
        rows.append(["prompt tokens", number(estimated_tokens(step.prompt_characters))])
    return Table([Column("phase"), Column("ms", numeric=True)], rows)


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
