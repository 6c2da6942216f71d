"""Thirty tasks whose final state decides; a wrong or a missing one is read out."""

from pathlib import Path

import pytest

from domprune.instruction import parse_instruction
from domprune.sample import PAGES
from domprune.sample_live import TASKS
from domprune.sample_live.database import Database
from domprune.sample_live.oracle import OraclePlanner
from domprune.sample_live.tasks import LiveTask, read_tasks, unmet
from domprune.types import ActionType

ALL = read_tasks(TASKS)


def test_there_are_thirty_tasks_of_several_steps_on_pages_that_exist() -> None:
    assert len({task.id for task in ALL}) == 30
    assert all(len(task.steps) >= 2 for task in ALL)
    assert all((PAGES / task.start).is_file() for task in ALL)
    pages = {task.start for task in ALL} | {page for task in ALL for page, _ in task.forms}
    assert len(pages) >= 15


def test_every_task_starts_unmet() -> None:
    database = Database()
    assert all(unmet(task, database) for task in ALL)


def test_right_steps_say_in_words_what_they_do() -> None:
    for task in ALL:
        for step in task.steps:
            read = parse_instruction(step.next_steps)
            assert read.action_type is step.action_type, step.next_steps
            assert read.value == step.value, step.next_steps


def wanted(**how: object) -> LiveTask:
    plain: dict[str, object] = {
        "id": "t", "start": "a.html", "told": "goal", "task": "x", "steps": (), "forms": (),
        "visits": (), "marks": {},
    }  # fmt: skip
    return LiveTask(**(plain | how))  # type: ignore[arg-type]


def test_a_form_must_be_sent_once_with_the_fields_that_count() -> None:
    database, task = Database(), wanted(forms=(("a.html", {"n": "Ada", "note": "~BELL"}),))
    assert unmet(task, database) == ["forms sent to [], wanted ['a.html']"]
    database.keep_form("a.html", {"n": "Ada", "note": "the bell is broken", "other": "x"})
    assert unmet(task, database) == []
    database.keep_form("a.html", {"n": "Ada", "note": "bell"})
    assert unmet(task, database) == ["forms sent to ['a.html', 'a.html'], wanted ['a.html']"]
    database.reset()
    database.keep_form("a.html", {"n": "Eve", "note": "bell"})
    assert unmet(task, database) == ["a.html: n is 'Eve', wanted 'Ada'"]


def test_what_is_marked_must_be_marked_and_nothing_else() -> None:
    database, task = Database(), wanted(marks={"a.html star": "on"})
    assert unmet(task, database) == ["a.html star is None, wanted 'on'"]
    database.mark("a.html", "star", "on")
    assert unmet(task, database) == []
    database.mark("a.html", "bin", "on")
    assert unmet(task, database) == ["a.html bin was marked too"]


def test_pages_must_have_been_asked_for_what_is_wanted() -> None:
    database, task = Database(), wanted(visits=(("a.html", "q", "mugs"),))
    assert unmet(task, database) == ["a.html was not asked for q=mugs"]
    database.keep_visit("a.html", {"q": "mugs", "p": "1"})
    assert unmet(task, database) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [("{", "Invalid JSON"), ('{"id": "x"}', "start"), ('{"id": 1, "start": ""}', "id")],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "tasks.jsonl"
    file.write_text(TASKS.read_text("utf-8").splitlines()[0] + "\n" + line, "utf-8")
    with pytest.raises(ValueError, match=f"line 2: .*{said}"):
        read_tasks(file)


def test_the_oracle_gives_each_right_step_once_and_then_is_done() -> None:
    steps = ALL[0].steps
    planner = OraclePlanner(steps)
    given = [planner.plan("", None, ["line"] * taken) for taken in range(len(steps) + 1)]
    assert given[:-1] == list(steps)
    assert given[-1].action_type is ActionType.DONE
