"""A task told step by step is cut into its steps, and each is asked for until it is done."""

import pytest

from domprune.roles.planner_steps import StepsPlanner, split_steps
from domprune.types import ActionType


@pytest.mark.parametrize(
    ("task", "steps"),
    [
        ("Click Pay", ["Click Pay"]),
        ("Click 'Salt and pepper', then click Pay.", ["Click 'Salt and pepper'", "click Pay"]),
        ("Open the basket. Then click Pay.", ["Open the basket", "click Pay"]),
        ("1. Open the basket 2. Click Pay", ["Open the basket", "Click Pay"]),
        ("Open it\nclick Pay; and then close it", ["Open it", "click Pay", "close it"]),
        (
            "Type 'Ada' in the name field, choose 'Ireland' as the country and click Pay",
            ["Type 'Ada' in the name field", "choose 'Ireland' as the country", "click Pay"],
        ),
        ("Type 'x' in the box and press Enter", ["Type 'x' in the box and press Enter"]),
        ("Type 'x.Y, then z' in the box", ["Type 'x.Y, then z' in the box"]),
        ("Tick bread and butter", ["Tick bread and butter"]),
        ("  ", []),
    ],
)
def test_tasks_are_cut_at_steps_and_never_inside_quotes(task: str, steps: list[str]) -> None:
    assert split_steps(task) == steps


TASK = "Click Next, then click Pay"


@pytest.mark.parametrize(
    ("history", "next_steps", "kind"),
    [
        ([], "Click Next", ActionType.CLICK),
        (["Click Next -> done"], "click Pay", ActionType.CLICK),
        (["Click Next -> failed: no"], "Click Next", ActionType.CLICK),
        (["Click Next -> failed: no", "Click Next -> done"], "click Pay", ActionType.CLICK),
        (["Click Next -> failed: no"] * 2, "Give up", ActionType.FAIL),
        (["Click Next -> done", "click Pay -> done"], "Done", ActionType.DONE),
    ],
)
def test_a_failed_step_is_tried_once_more(
    history: list[str], next_steps: str, kind: ActionType
) -> None:
    subtask = StepsPlanner().plan(TASK, None, history)
    assert (subtask.next_steps, subtask.action_type) == (next_steps, kind)
