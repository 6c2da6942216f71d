"""Enter follows where the step says so, or where it searches in a search box."""

import pytest

from domprune.live.enter import wants_enter
from domprune.types import Action, ActionType, Element, SubTask

SEARCH = Element(id=0, tag="input", role="searchbox", name="What are you after?")
NAMED = Element(id=0, tag="input", role="textbox", attributes={"name": "q"})
PLAIN = Element(id=0, tag="input", role="textbox", name="Surname")
AREA = Element(id=0, tag="textarea", role="textbox", name="Search words")


@pytest.mark.parametrize(
    ("said", "element", "wanted"),
    [
        ("Search for 'mugs'", SEARCH, True),
        ("search the shop for mugs", NAMED, True),
        ("Search for 'mugs'", PLAIN, False),
        ("Type 'mugs' in the search box", SEARCH, False),
        ("Type 'Moor' in Surname and press Enter", PLAIN, True),
        ("Type 'Moor' in Surname and submit", PLAIN, True),
        ("Search for 'mugs' and press Enter", AREA, False),
    ],
)
def test_enter_is_wanted(said: str, element: Element, wanted: bool) -> None:
    subtask = SubTask(next_steps=said, action_type=ActionType.TYPE)
    action = Action(action_type=ActionType.TYPE, element_id=0, value="mugs")
    assert wants_enter(subtask, action, element) is wanted


def test_a_click_never_wants_it() -> None:
    subtask = SubTask(next_steps="click and press Enter", action_type=ActionType.CLICK)
    assert not wants_enter(subtask, Action(action_type=ActionType.CLICK, element_id=0), PLAIN)
