"""A step as the history tells it is read again as it was written."""

import pytest

from domprune.episode import ABSENT, Step, Told, read_line, write_line
from domprune.types import ActionType, SubTask

PAY = SubTask(next_steps="Click Pay", action_type=ActionType.CLICK)


@pytest.mark.parametrize(
    ("error", "absent"),
    [("", False), ("it is disabled", False), (f"{ABSENT}no such element", True)],
)
def test_a_line_says_what_was_asked_for_and_what_became_of_it(error: str, absent: bool) -> None:
    told = read_line(Step(number=1, subtask=PAY, error=error).line)
    assert told == Told("Click Pay", error)
    assert told.absent is absent


def test_what_the_page_did_by_itself_does_not_make_a_step_fail() -> None:
    line = write_line("Click Pay", "", ["the page's alert 'failed: x -> y' was accepted"])
    assert line == "Click Pay -> done; the page's alert 'failed: x -> y' was accepted"
    assert read_line(line) == Told("Click Pay", "")


def test_a_step_without_a_plan_looked_at_the_page() -> None:
    assert read_line(Step(number=1, error="gone").line) == Told("look at the page", "gone")
