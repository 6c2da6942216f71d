"""The tasks on the served pages: read from their file, and checked against the final state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from domprune.sample_live.database import Database
from domprune.types import ActionType, SubTask

HOLDS = "~"
"""A wanted value that begins so need only be held by the value, in any case of its letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTask:
    """One task of several steps and the state that it must leave behind.

    `told` is "steps" where the task's words name each step, "goal" where they name the aim alone.
    `steps` are the right sub-tasks, for the oracle planner. `forms` are the forms that must be
    sent, no more and no fewer, in this order, each with the fields that count; `visits` what pages
    must have been asked for (page, name, value); `marks` all that must be marked, and nothing else.
    """

    id: str
    start: str
    told: str
    task: str
    steps: tuple[SubTask, ...]
    forms: tuple[tuple[str, Mapping[str, str]], ...]
    visits: tuple[tuple[str, str, str], ...]
    marks: Mapping[str, str]


class _Step(BaseModel):
    action: ActionType
    say: str
    target: str = ""
    value: str = ""

    def subtask(self) -> SubTask:
        return SubTask(
            next_steps=self.say, action_type=self.action, target_text=self.target, value=self.value
        )


class _Form(BaseModel):
    page: str
    fields: dict[str, str]


class _Row(BaseModel):
    """A line of the file."""

    model_config = ConfigDict(extra="forbid")

    id: str
    start: str
    told: Literal["steps", "goal"]
    task: str
    steps: list[_Step]
    forms: list[_Form] = []
    visits: list[tuple[str, str, str]] = []
    marks: dict[str, str] = {}

    def task_of(self) -> LiveTask:
        return LiveTask(
            id=self.id, start=self.start, told=self.told, task=self.task,
            steps=tuple(step.subtask() for step in self.steps),
            forms=tuple((form.page, form.fields) for form in self.forms),
            visits=tuple(self.visits), marks=self.marks,
        )  # fmt: skip


def read_tasks(file: Path) -> list[LiveTask]:
    """Read the tasks of a file of one JSON object a line; raises ValueError naming a bad line."""
    tasks = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            tasks.append(_Row.model_validate_json(line).task_of())
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise ValueError(f"{file}, line {number}: {place}: {first['msg']}") from error
    return tasks


def unmet(task: LiveTask, database: Database) -> list[str]:
    """Say what of the final state is not as the task wants it; empty where the task is done."""
    return [*_forms(task, database), *_visits(task, database), *_marks(task, database)]


def _forms(task: LiveTask, database: Database) -> list[str]:
    sent, wanted = database.forms(), task.forms
    pages = [page for page, _ in sent]
    if pages != [page for page, _ in wanted]:
        return [f"forms sent to {pages}, wanted {[page for page, _ in wanted]}"]
    pairs = zip(sent, wanted, strict=True)
    return [
        f"{page}: {name} is {fields.get(name)!r}, wanted {value!r}"
        for (page, fields), (_, fields_wanted) in pairs
        for name, value in fields_wanted.items()
        if not _is(fields.get(name), value)
    ]


def _visits(task: LiveTask, database: Database) -> list[str]:
    made = database.visits()
    return [f"{page} was not asked for {name}={value}" for page, name, value in task.visits
            if (page, name, value) not in made]  # fmt: skip


def _marks(task: LiveTask, database: Database) -> list[str]:
    made = database.marks()
    told = [
        f"{thing} is {made.get(thing)!r}, wanted {value!r}"
        for thing, value in task.marks.items()
        if not _is(made.get(thing), value)
    ]
    return told + [f"{thing} was marked too" for thing in made if thing not in task.marks]


def _is(value: str | None, wanted: str) -> bool:
    if wanted.startswith(HOLDS):
        return value is not None and wanted[len(HOLDS) :].lower() in value.lower()
    return value == wanted
