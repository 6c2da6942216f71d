"""The package's tasks, and the episodes on their pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domprune.miniwob.beyond import BEYOND
from domprune.miniwob.episode import fields, standing, start
from domprune.miniwob.oracle_planner import OraclePlanner, inject
from domprune.miniwob.pages import all_tasks, pages_folder
from domprune.miniwob.types import Standing, Task
from domprune.page.browser import Browser, Page
from domprune.page.errors import PageError
from domprune.page.serve import serving

TASKS = {task.name: task for task in all_tasks(pages_folder())}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(pages_folder()) as served:
        yield served


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with Browser(seconds=60) as browser:
        yield browser.open(url="about:blank", viewport=(500, 320))


def load(page: Page, address: str, task: Task) -> None:
    page.goto(f"{address}/{task.path}")


def test_all_tasks_of_the_package_are_there() -> None:
    assert len(TASKS) == 134
    assert TASKS["click-test"].path == "miniwob/click-test.html"
    assert TASKS["flight.Alaska"].window == (600, 800)


def test_reasons_are_given_for_tasks_that_exist() -> None:
    assert set(BEYOND) <= set(TASKS)


def test_the_oracle_knows_every_task_within_reach(page: Page, address: str) -> None:
    load(page, address, TASKS["click-test"])
    inject(page)
    unknown = [
        name
        for name, task in TASKS.items()
        if OraclePlanner(page, name, {}).knows_the_task() == bool(task.beyond)
    ]
    assert unknown == []


def test_a_seed_decides_the_problem(page: Page, address: str) -> None:
    told = []
    for seed in (1, 2, 1):
        load(page, address, TASKS["enter-text"])
        told.append(start(page, seed))
    assert told[0] == told[2] != told[1]
    assert told[0].startswith('Enter "')


def test_the_page_itself_gives_the_reward(page: Page, address: str) -> None:
    load(page, address, TASKS["click-test-2"])
    assert start(page, 0) == "Click button ONE."
    assert standing(page) == Standing(done=False)
    page.click("button:has-text('ONE')")
    done = standing(page)
    assert (done.done, done.raw, done.succeeded) == (True, 1.0, True)
    assert 0 < done.scaled < 1, "a positive reward is discounted by time"


def test_a_wrong_answer_costs(page: Page, address: str) -> None:
    load(page, address, TASKS["click-test-2"])
    start(page, 0)
    page.click("button:has-text('TWO')")
    assert standing(page) == Standing(done=True, raw=-1.0, scaled=-1.0)


def test_time_runs_out(page: Page, address: str) -> None:
    load(page, address, TASKS["click-test-2"])
    start(page, 0, seconds=0.05)
    page.wait_for_function("WOB_DONE_GLOBAL")
    assert standing(page) == Standing(done=True, raw=-1.0, scaled=-1.0, reason="timed out")


def test_fields_are_what_the_page_names(page: Page, address: str) -> None:
    load(page, address, TASKS["email-inbox-forward-nl"])
    told = start(page, 0)
    given = fields(page)
    assert set(given) == {"by", "to"}
    assert all(name in told for name in given.values())


def test_a_page_of_no_task_is_refused(page: Page, address: str) -> None:
    page.goto("about:blank")
    with pytest.raises(PageError, match="core is not defined"):
        start(page, 0)
