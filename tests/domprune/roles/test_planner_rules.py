"""Tasks in plain words become steps; what the page does not show is looked for."""

from __future__ import annotations

import pytest

from domprune.roles.planner_rules import RulesPlanner, look
from domprune.roles.steps import steps_of
from domprune.types import ActionType

ABSENT = 'failed: invalid action: nothing on the page says "x"'


def said(task: str) -> list[str]:
    return [step.words for step in steps_of(task)]


@pytest.mark.parametrize(
    ("task", "steps"),
    [
        ("Click on the Basket.", ["Click on the Basket."]),
        ("Select nothing and click Submit.", ['Click the "Submit" button']),
        (
            "Select salt, pepper and click Submit.",
            ['Click "salt"', 'Click "pepper"', 'Click the "Submit" button'],
        ),
        (
            "Select Peru from the list and click Submit.",
            ['Select "Peru" from the list', 'Click the "Submit" button'],
        ),
        (
            'Enter the username "ann" and the password "x" into the fields and press login.',
            [
                'Type "ann" into the username field',
                'Type "x" into the password field',
                'Click the "Login" button',
            ],
        ),
        (
            'Type "ann" in all upper case letters in the text input and press Submit.',
            ['Type "ANN" in the text input', 'Click the "Submit" button'],
        ),
        (
            "Find Ann in the address book and click on their phone number.",
            ['click on the phone number of "Ann"'],
        ),
        ("For the user @bo, click on the Like button.", ["click on the Like button of @bo"]),
        ('Close the window by clicking the "x".', ['Click the "x"']),
        (
            "Copy the text in the first box, paste it into the form and press Submit.",
            ["Type the text of the first box into the form", 'Click the "Submit" button'],
        ),
        ("Go through the tree. Find and click on the file named A.", ["click on the file named A"]),
        (
            "Check the 1st radio button and enter the number 5 into the 2nd textbox.",
            [
                "Select the 1st radio button",
                "enter the number 5 into the 2nd textbox",
                'Click the "Submit" button',
            ],
        ),
        (
            "Follow 'Zips' with its bell, and keep the story 'Glue' with its bookmark icon.",
            ["Click the bell in the row 'Zips'", "Click the bookmark in the row 'Glue'"],
        ),
        (
            "Archive the letter from Dad and delete the post by Ann.",
            [
                "Click archive in the row of the letter from Dad",
                "Click delete in the row of the post by Ann",
            ],
        ),
        ("Tick the box about the terms and click Pay.",
         ["Tick the box about the terms", "click Pay"]),
    ],
)  # fmt: skip
def test_a_task_is_cut_into_its_steps(task: str, steps: list[str]) -> None:
    assert said(task) == steps


@pytest.mark.parametrize(
    ("task", "last"),
    [
        ("Delete the email Ann sent me.", 'Click the trash icon of the email by "Ann"'),
        ("Mark Ann's mail as important.", 'Click the star icon of the email by "Ann"'),
    ],
)
def test_a_message_is_done_with_in_one_step(task: str, last: str) -> None:
    assert said(task) == [last]


def test_a_message_is_answered_in_four_steps() -> None:
    assert said('Reply to the email by Ann with the text "No, never.".') == [
        'Click the email by "Ann"',
        'Click the "Reply" button',
        'Type "No, never." into the reply text area',
        "Click the send icon",
    ]


def test_steps_follow_one_another_as_the_history_tells() -> None:
    task = 'Click "A", then click "B".'
    planner = RulesPlanner()
    assert planner.plan(task, None, []).next_steps == 'Click "A"'
    assert planner.plan(task, None, ['Click "A" -> done']).next_steps == 'click "B"'
    history = ['Click "A" -> done', 'click "B" -> done; a tab was opened']
    assert planner.plan(task, None, history).action_type is ActionType.DONE


def test_lines_that_are_no_steps_of_its_own_change_nothing() -> None:
    assert RulesPlanner().plan("Click A", None, ["[button] Go -> CLICK"]).next_steps == "Click A"


def test_what_is_absent_is_looked_for_part_by_part() -> None:
    task, planner = 'Click the link "x"', RulesPlanner()
    history = [f"{task} -> {ABSENT}"]
    assert planner.plan(task, None, history).next_steps == look(1)
    history += [f"{look(1)} -> done"]
    assert planner.plan(task, None, history).next_steps == task
    history += [f"{task} -> {ABSENT}"]
    assert planner.plan(task, None, history).next_steps == look(2)
    history += [f"{look(2)} -> failed: invalid action: there are 1 such elements, not 2"]
    assert planner.plan(task, None, history).action_type is ActionType.FAIL


def test_a_step_that_fails_otherwise_is_left_out() -> None:
    history = ['Click "A" -> failed: the element is disabled']
    assert (
        RulesPlanner().plan('Click "A", then click "B".', None, history).next_steps == 'click "B"'
    )


def test_all_means_one_after_the_other_until_there_is_none() -> None:
    task, planner = "Select all the red squares and press Submit.", RulesPlanner()
    history: list[str] = []
    for place in ("1st", "2nd"):
        step = planner.plan(task, None, history).next_steps
        assert step == f"Click the {place} red square"
        history.append(f"{step} -> done")
    step = planner.plan(task, None, history).next_steps
    history.append(f"{step} -> failed: invalid action: there are 2 such elements, not 3")
    assert planner.plan(task, None, history).next_steps == 'Click the "Submit" button'


def test_a_date_that_cannot_be_typed_is_picked() -> None:
    task, planner = "Select 12/04/2016 as the date and hit submit.", RulesPlanner()
    typed = planner.plan(task, None, [])
    assert (typed.action_type, typed.value) == (ActionType.TYPE, "12/04/2016")
    history = [f"{typed.next_steps} -> failed: the field is read-only"]
    assert planner.plan(task, None, history).next_steps == "Click the date field"
    history.append("Click the date field -> done")
    assert planner.plan(task, None, history).next_steps == 'Click the day "4"'
