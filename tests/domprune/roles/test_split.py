"""A task told step by step is cut into its steps."""

import pytest

from domprune.roles.split import split_steps


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
